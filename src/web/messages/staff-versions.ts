import { de } from './de/staff-versions.ts'
import { en } from './en/staff-versions.ts'
import type { Catalogue } from './messages.ts'

/** Words of drafts and versions of the catalogue. */
export const staffVersionsMessages: Catalogue<typeof en> = { en, de }
