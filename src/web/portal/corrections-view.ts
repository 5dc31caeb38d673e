import type { listCorrections } from '#modules/billing/credit-note-queries.ts'
import { iso } from './view.ts'

export type CorrectionsView = ReturnType<typeof correctionsView>

/** What was taken back of an invoice and sent back for it, as its page shows it. */
export const correctionsView = ({ creditNotes, refunds }: Awaited<ReturnType<typeof listCorrections>>) => ({
  creditNotes: creditNotes.map(({ id, number, reason, totalMinor, currency, issuedAt, createdAt }) => ({
    id,
    number,
    reason,
    totalMinor,
    currency,
    at: iso(issuedAt ?? createdAt),
  })),
  refunds: refunds.map(({ id, state, destination, ofInvoiceMinor, currency, createdAt }) => ({
    id,
    state,
    destination,
    amountMinor: ofInvoiceMinor,
    currency,
    at: iso(createdAt),
  })),
})
