import { de } from './de/portal-invoice.ts'
import { en } from './en/portal-invoice.ts'
import type { Catalogue } from './messages.ts'

/** Words of an invoice's page and of paying it. */
export const portalInvoiceMessages: Catalogue<typeof en> = { en, de }
