import { de } from './de/portal-profile.ts'
import { en } from './en/portal-profile.ts'
import type { Catalogue } from './messages.ts'

/** Words of the profile: who somebody is, how they pay, where they are signed in, their programs. */
export const portalProfileMessages: Catalogue<typeof en> = { en, de }
