import { de } from './de/staff-home.ts'
import { en } from './en/staff-home.ts'
import type { Catalogue } from './messages.ts'

/** Words of the staff's board and of the search. */
export const staffHomeMessages: Catalogue<typeof en> = { en, de }
