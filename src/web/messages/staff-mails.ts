import { de } from './de/staff-mails.ts'
import { en } from './en/staff-mails.ts'
import type { Catalogue } from './messages.ts'

/** Words of the mails we write and have written, for staff. */
export const staffMailsMessages: Catalogue<typeof en> = { en, de }
