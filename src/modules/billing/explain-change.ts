import { ChangeDetail } from './change-detail.ts'
import type { InvoiceLine } from './invoice.ts'

/**
 * How a change came to what it costs, for one of its parts. Minor units, as priced; days are of the seller's time zone. In each
 * period, `allMinor` x `days` / `ofDays` is charged for all parts together, and `paidMinor` x `days` / `paidDays` given back for
 * what was agreed before; the part has its share of both.
 */
export type ChangeExplained = {
  changeId: string
  /** Of one piece and one whole period from now on; null where the quote does not name the part. */
  unitMinor: bigint | null
  /** What all parts cost for a whole period from now on. */
  allMinor: bigint
  periods: {
    start: Temporal.PlainDate
    end: Temporal.PlainDate
    from: Temporal.PlainDate
    days: number
    ofDays: number
    /** What all parts cost for the whole of this period, after the discounts it has. */
    allMinor: bigint
    chargeMinor: bigint
    creditMinor: bigint
    /** Null in changes from before this was kept. */
    paidMinor: bigint | null
    paidDays: number | null
  }[]
  /** This part's share of what is charged, and what of the credit for unused days was set against it. */
  chargeMinor: bigint
  creditMinor: bigint
}

/** Explains a document's line that a change made, from the quote that was accepted. */
export function explainChange(
  change: { id: string; detail: unknown; amountMinor: bigint },
  line: Pick<InvoiceLine, 'kind' | 'description' | 'reasons'>,
  pricedMinor: bigint,
): ChangeExplained {
  const detail = ChangeDetail.parse(change.detail)
  const part = detail.charges.find(({ kind, description }) => kind === line.kind && description === line.description)
  const chargeMinor = part ? BigInt(part.chargeMinor) : pricedMinor
  return {
    changeId: change.id,
    unitMinor: part ? BigInt(part.unitMinor) : null,
    allMinor: change.amountMinor,
    periods: detail.periods.map(({ start, end, from, days, ofDays, paidDays, ...amounts }) => ({
      start: Temporal.PlainDate.from(start),
      end: Temporal.PlainDate.from(end),
      from: Temporal.PlainDate.from(from),
      days,
      ofDays,
      allMinor: amounts.wholeMinor === undefined ? change.amountMinor : BigInt(amounts.wholeMinor),
      chargeMinor: BigInt(amounts.chargeMinor),
      creditMinor: BigInt(amounts.creditMinor),
      paidMinor: amounts.paidMinor === undefined ? null : BigInt(amounts.paidMinor),
      paidDays: paidDays ?? null,
    })),
    chargeMinor,
    creditMinor: chargeMinor - pricedMinor,
  }
}
