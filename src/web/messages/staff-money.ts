import { de } from './de/staff-money.ts'
import { en } from './en/staff-money.ts'
import type { Catalogue } from './messages.ts'

/** Words of payments, refunds, disputes and money that could not be matched. */
export const staffMoneyMessages: Catalogue<typeof en> = { en, de }
