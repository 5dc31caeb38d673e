import { de } from './de/portal-money.ts'
import { en } from './en/portal-money.ts'
import type { Catalogue } from './messages.ts'

/** Words of paying several invoices, credit, bank transfers and statements. */
export const portalMoneyMessages: Catalogue<typeof en> = { en, de }
