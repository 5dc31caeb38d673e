import { de } from './de/staff-objects.ts'
import { en } from './en/staff-objects.ts'
import type { Catalogue } from './messages.ts'

/** Words of customers, orders and invoices as staff see them. */
export const staffObjectsMessages: Catalogue<typeof en> = { en, de }
