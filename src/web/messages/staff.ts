import { de } from './de/staff.ts'
import { en } from './en/staff.ts'
import type { Catalogue } from './messages.ts'

/** Words that every page of the staff area shares. */
export const staffMessages: Catalogue<typeof en> = { en, de }
