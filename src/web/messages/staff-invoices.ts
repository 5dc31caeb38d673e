import { de } from './de/staff-invoices.ts'
import { en } from './en/staff-invoices.ts'
import type { Catalogue } from './messages.ts'

/** Words of invoices that staff write and void by hand. */
export const staffInvoicesMessages: Catalogue<typeof en> = { en, de }
