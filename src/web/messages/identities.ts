import { de } from './de/identities.ts'
import { en } from './en/identities.ts'
import type { Catalogue } from './messages.ts'

/** Words about logging in as whom one is elsewhere. */
export const identityMessages: Catalogue<typeof en> = { en, de }
