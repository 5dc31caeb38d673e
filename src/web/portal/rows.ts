import type { App } from '#app/app.ts'
import { type Invoice, invoiceMachine, isOverdue } from '#modules/billing/invoice.ts'
import type { ServiceSummary } from '#modules/provisioning/provisioning-queries.ts'
import type { Locale } from '#platform/i18n.ts'
import { can } from '#platform/state-machine.ts'
import { iso, isoOrNull } from './view.ts'

/** A server as lists show it. `state` is the host's word on its power once there is one, else the state of the service. */
export type ServiceRow = ReturnType<typeof serviceRow>

export const serviceRow = (service: ServiceSummary, locale: Locale) => ({
  id: service.id,
  hostname: service.hostname,
  state: service.state === 'active' ? (service.power ?? 'active') : service.state,
  address: service.addresses[0],
  moreAddresses: Math.max(0, service.addresses.length - 1),
  plan: service.planName[locale],
  region: service.regionName[locale],
  system: service.imageName,
})

/** What an invoice's state is called for whoever pays it: open ones are unpaid or overdue. */
const payersState = (app: Pick<App, 'clock'>, invoice: Pick<Invoice, 'state' | 'dueAt'>): string =>
  invoice.state === 'open' ? (isOverdue(invoice, app.clock.now()) ? 'overdue' : 'unpaid') : invoice.state

/** An invoice as lists show it. */
export type InvoiceRow = ReturnType<typeof invoiceRow>

export const invoiceRow = (app: Pick<App, 'clock'>, invoice: Invoice) => ({
  id: invoice.id,
  number: invoice.number,
  state: payersState(app, invoice),
  issuedAt: isoOrNull(invoice.issuedAt) ?? iso(invoice.createdAt),
  dueAt: iso(invoice.dueAt),
  totalMinor: invoice.totalMinor,
  leftMinor: invoice.totalMinor - invoice.paidMinor,
  currency: invoice.currency,
  payable: can(invoiceMachine, invoice, 'pay'),
})
