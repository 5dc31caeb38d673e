import { de } from './de/staff-stock.ts'
import { en } from './en/staff-stock.ts'
import type { Catalogue } from './messages.ts'

/** Words of the stock of plans. */
export const staffStockMessages: Catalogue<typeof en> = { en, de }
