import { de } from './de/staff-credit.ts'
import { en } from './en/staff-credit.ts'
import type { Catalogue } from './messages.ts'

/** Words of credit, of money recorded by hand, and of credit notes. */
export const staffCreditMessages: Catalogue<typeof en> = { en, de }
