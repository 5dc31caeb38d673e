import type { Locale } from '#platform/i18n.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { InvoiceState, Schema } from '#platform/schema.ts'

export type Invoice = Schema['invoices']
export type InvoiceLine = Schema['invoiceLines']
export type InvoiceTax = Schema['invoiceTaxes']

export const invoiceMachine = stateMachine({
  noun: 'invoice',
  table: 'invoices',
  states: {
    draft: { issue: 'open', void: 'void' },
    open: { pay: 'paid', void: 'void', writeOff: 'uncollectible' },
    uncollectible: { pay: 'paid' }, // Money that arrives late is still money.
    paid: {},
    void: {},
  } satisfies Transitions<InvoiceState>,
})

/** What a document is for when it is owed although nobody chose it just now; an unpaid order or top-up lapses instead. */
export const OWED_PURPOSES = ['renewal', 'change', 'manual'] as const satisfies readonly Invoice['purpose'][]

/** An invoice without a number is a pro forma: a request for payment, no tax document. */
export const isProForma = (invoice: Pick<Invoice, 'number'>): boolean => invoice.number === null

export const isOverdue = (invoice: Pick<Invoice, 'state' | 'dueAt'>, now: Temporal.Instant): boolean =>
  invoice.state === 'open' && Temporal.Instant.compare(invoice.dueAt, now) < 0

/** Who sells or buys, copied onto the document so that it never changes afterwards. */
export type Party = {
  name: string
  company: string | null
  address: string
  country: string | null
  vatId: string | null
  email: string
  /** What the seller says at the foot, in each language; missing while they say nothing. */
  footer?: Record<Locale, string>
}
