import { de } from './de/passkeys.ts'
import { en } from './en/passkeys.ts'
import type { Catalogue } from './messages.ts'

/** Words about passkeys, on the sign-in pages and in the profile. */
export const passkeyMessages: Catalogue<typeof en> = { en, de }
