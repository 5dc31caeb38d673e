import type { Refund } from '#modules/billing/refund.ts'
import { paths } from '../paths.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import type { CardRow } from './card-rows.tsx'
import { iso, shortId } from './view.ts'

export type RefundView = ReturnType<typeof refundView>

/** A refund as staff pages show it. */
export const refundView = (refund: Refund) => ({
  id: refund.id,
  paymentId: refund.paymentId,
  state: refund.state,
  amountMinor: refund.amountMinor,
  currency: refund.currency,
  reason: refund.reason,
  destination: refund.destination,
  reference: refund.reference,
  imported: refund.imported,
  failureCode: refund.failureCode,
  creditNoteId: refund.creditNoteId,
  createdAt: iso(refund.createdAt),
})

/** One refund as a row of a card, with its credit note. */
export const refundRow = (refund: RefundView, words: { imported: string; creditNote: string }): CardRow => ({
  key: refund.id,
  title:
    refund.creditNoteId === null ? (
      <code className="text-[0.9285em]">{shortId(refund.id)}</code>
    ) : (
      <a href={paths.staffCreditNotePdf(refund.creditNoteId)} className="link">
        {words.creditNote}
      </a>
    ),
  state: <StateBadge state={refund.state} />,
  text: [refund.reason, refund.reference, refund.imported && words.imported, refund.failureCode]
    .filter(Boolean)
    .join(' · '),
  amount: <Money minor={refund.amountMinor} currency={refund.currency} />,
  aside: <Time at={refund.createdAt} />,
})
