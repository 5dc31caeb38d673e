import type { App } from '#app/app.ts'
import type { InvoiceDetail } from '#modules/billing/billing-queries.ts'
import { documentTaxes } from '#modules/billing/document-taxes.ts'
import { discountsOf } from '#modules/billing/discount.ts'
import { type Invoice, type InvoiceLine, invoiceMachine, isProForma, type Party } from '#modules/billing/invoice.ts'
import type { Payment } from '#modules/billing/payment.ts'
import type { Locale } from '#platform/i18n.ts'
import { can } from '#platform/state-machine.ts'
import { invoiceRow } from './rows.ts'
import { iso, isoOrNull } from './view.ts'

/** An invoice as its page shows it. */
export type InvoiceView = ReturnType<typeof invoiceView>

export const invoiceView = (
  app: Pick<App, 'clock'>,
  { invoice, lines, taxes, payments }: InvoiceDetail,
  locale: Locale,
) => ({
  ...invoiceRow(app, invoice),
  proForma: isProForma(invoice),
  note: invoice.note,
  paidAt: isoOrNull(invoice.paidAt),
  subtotalMinor: invoice.subtotalMinor,
  taxes: documentTaxes({ lines, taxes }),
  seller: partyView(invoice.seller as Party, locale),
  buyer: partyView(invoice.buyer as Party, locale),
  lines: lines.map(lineView),
  payments: payments.map(paymentView),
  /** Why the attempt that is under way, or was the last, did not work so far. */
  refusal: payments[0]?.state === 'succeeded' ? undefined : (payments[0]?.failureCode ?? undefined),
  paymentUnderWay: payments[0]?.state === 'pending' && payments[0].failureCode === null,
})

export const isPayable = (invoice: Invoice): boolean => can(invoiceMachine, invoice, 'pay')

export type PartyView = ReturnType<typeof partyView>

const partyView = (party: Party, locale: Locale) => ({
  // A company buys in its own name; the person is who it reaches.
  names: [party.company, party.name].filter((name) => name !== null),
  address: party.address.split('\n'),
  country: party.country === null ? undefined : new Intl.DisplayNames([locale], { type: 'region' }).of(party.country),
  vatId: party.vatId,
  email: party.email,
})

export type LineView = ReturnType<typeof lineView>

const lineView = (line: InvoiceLine) => ({
  id: line.id,
  description: line.description,
  quantity: line.quantity,
  unitMinor: line.unitMinor,
  amountMinor: line.amountMinor,
  discounts: takenOff(line),
  /** First and last day it pays for. */
  period:
    line.periodStart && line.periodEnd
      ? { from: iso(line.periodStart), to: iso(line.periodEnd.subtract({ days: 1 })) }
      : undefined,
})

/** What coupons took off a line, as it was priced; one that took nothing is not told. */
export const takenOff = (line: Pick<InvoiceLine, 'reasons'>): { name: string; offMinor: bigint }[] =>
  discountsOf(line.reasons)
    .map(({ name, off }) => ({ name, offMinor: BigInt(off) }))
    .filter(({ offMinor }) => offMinor > 0n)

export type PaymentView = ReturnType<typeof paymentView>

const paymentView = (payment: Payment) => ({
  id: payment.id,
  state: payment.state,
  amountMinor: payment.amountMinor,
  currency: payment.currency,
  failureCode: payment.failureCode,
  at: iso(payment.createdAt),
})
