import { de } from './de/portal-billing.ts'
import { en } from './en/portal-billing.ts'
import type { Catalogue } from './messages.ts'

/** Words of an invoice's page and of paying it. */
export const portalBillingMessages: Catalogue<typeof en> = { en, de }
