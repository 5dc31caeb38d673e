import {
  leadOf,
  type ModelAgreement,
  type ModelCustomer,
  type ModelDocument,
  notePaying,
  type Span,
  type Wanted,
} from './model.ts'

/** A change holds: what is agreed, and its paid periods as they were charged. */
export function apply(
  agreement: ModelAgreement,
  { wanted, spans, newPeriod }: { wanted: Wanted; spans: Span[]; newPeriod: boolean },
): void {
  const [{ start, end }] = spans.slice(-1) as [Span]
  Object.assign(agreement, wanted)
  agreement.spans = spans
  if (newPeriod) {
    Object.assign(agreement, { anchor: start, periods: 1, start, end, billedUntil: end })
    if (agreement.discount?.left) agreement.discount.left -= 1
    for (const paying of agreement.paying) paying.ends = [end]
  }
  resume(agreement)
}

/** The change whose document is paid now holds. */
export function applyPaidChange(customer: ModelCustomer, document: ModelDocument): void {
  const agreement = customer.agreements.find(({ pending }) => pending?.document === document)
  if (!agreement?.pending) return
  const ends = agreement.pending.spans.map(({ end }) => end)
  apply(agreement, agreement.pending)
  delete agreement.pending
  notePaying(document, ends)
}

/** The next period may be billed, unless the agreement ends or one is billed already. */
export function resume(agreement: ModelAgreement): void {
  const { state, cancelOn, end, billedUntil, interval } = agreement
  if (state === 'cancelled' || cancelOn || !billedUntil.equals(end)) return
  agreement.nextBillingOn = end.subtract({ days: leadOf(interval) })
}
