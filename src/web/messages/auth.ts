import { de } from './de/auth.ts'
import { en } from './en/auth.ts'
import type { Catalogue } from './messages.ts'

/** Words of the sign-in pages. */
export const authMessages: Catalogue<typeof en> = { en, de }
