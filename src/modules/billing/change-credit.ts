import { roundHalfUp } from '#platform/money.ts'
import { correctLines, partsOfLine } from './correction.ts'

/**
 * A line of a paid document that pays for a period that is not over. Minor units: what it said without tax and its tax, and
 * what of both no credit note has taken back.
 */
export type PayingLine = {
  invoiceId: string
  id: string
  kind: string
  description: string
  taxBasisPoints: number
  /** In hundred-millionths of the net, all taxes of the document together; missing where they were not kept. */
  taxParts?: number | undefined
  paidNetMinor: bigint
  paidTaxMinor: bigint
  amountMinor: bigint
  taxMinor: bigint
  /** What of the whole document may be taken back still, tax included, beside refunds that are under way. */
  documentLeftMinor: bigint
}

/** What of one line a credit note will take back: minor units without tax, and the tax on it at the line's own rate. */
export type LineCorrection = { invoiceId: string; invoiceLineId: string; amountMinor: bigint; taxMinor: bigint }

/** How prices stand to what documents say: whether they hold tax, and how much, in hundred-millionths of the net. */
export type Pricing = { included: boolean; includedParts: number }

const WHOLE = 100_000_000n

/** Amounts of a document as priced. Where prices hold tax and nothing was charged, the domestic tax had been taken out. */
export function pricedOf(
  { netMinor, taxMinor, taxBasisPoints }: { netMinor: bigint; taxMinor: bigint; taxBasisPoints: number },
  pricing: Pricing,
): bigint {
  if (!pricing.included) return netMinor
  if (taxBasisPoints !== 0) return netMinor + taxMinor
  return roundHalfUp(netMinor * (WHOLE + BigInt(pricing.includedParts)), WHOLE)
}

const leftOf = ({ amountMinor, taxMinor, taxBasisPoints }: PayingLine, pricing: Pricing): bigint =>
  pricedOf({ netMinor: amountMinor, taxMinor, taxBasisPoints }, pricing)

/** What may still be taken back of lines, as priced. */
export const sumLeft = (lines: readonly PayingLine[], pricing: Pricing): bigint =>
  lines.reduce((sum, line) => sum + (isOpen(line) ? leftOf(line, pricing) : 0n), 0n)

/** Of a document that a refund is taking back, no more is promised. */
const isOpen = (line: PayingLine): boolean => line.documentLeftMinor >= line.amountMinor + line.taxMinor

/** Credit for days of one period, as priced, and the ids of the lines that paid for it; of any line where none are named. */
export type UnusedDays = { pricedMinor: bigint; lineIds?: ReadonlySet<string> }

/**
 * Divides credit for unused days, as priced, among the documents that paid for them, so that what is left of a document is
 * enough for the days it still pays for: period by period, of the newest first, there of the parts that were given up before
 * others, each line at the tax it was charged with. What those lines do not hold is taken of the others. Never more than is left
 * of a line. What no tax was charged on is rounded once, however many lines it is divided among.
 */
export function correctPaid(
  lines: readonly PayingLine[],
  input: {
    unused: readonly UnusedDays[]
    givenUp: readonly { kind: string; description: string }[]
    pricing: Pricing
  },
): { corrections: LineCorrection[]; uncoveredMinor: bigint } {
  const { pricing, givenUp, unused } = input
  const isGivenUp = (line: PayingLine): boolean =>
    givenUp.some(({ kind, description }) => kind === line.kind && description === line.description)
  const documents = [...Map.groupBy(lines, (line) => line.invoiceId).values()].map((all) => {
    const open = all.filter(isOpen)
    return [...open.filter(isGivenUp), ...open.filter((line) => !isGivenUp(line))]
  })
  const taken = new Map<string, bigint>()
  const take = ({ pricedMinor, lineIds }: UnusedDays): bigint => {
    let wanted = pricedMinor
    for (const line of documents.flat()) {
      if (wanted === 0n || (lineIds && !lineIds.has(line.id))) continue
      const before = taken.get(line.id) ?? 0n
      const room = leftOf(line, pricing) - before
      const fits = wanted <= room || grossOf(line, before + wanted, pricing) <= wholeOf(line)
      const now = fits ? wanted : room > 0n ? room : 0n
      taken.set(line.id, before + now)
      wanted -= now
    }
    return wanted
  }
  const uncoveredMinor = take({ pricedMinor: unused.map(take).reduce((sum, rest) => sum + rest, 0n) })
  const untaxed = { pricedMinor: 0n, grossMinor: 0n }
  const grossTaken = (line: PayingLine): bigint => {
    const pricedMinor = taken.get(line.id) ?? 0n
    const all = pricedMinor === leftOf(line, pricing)
    if (line.taxBasisPoints !== 0 || !pricing.included) return all ? wholeOf(line) : grossOf(line, pricedMinor, pricing)
    untaxed.pricedMinor += pricedMinor
    const rest = grossOf(line, untaxed.pricedMinor, pricing) - untaxed.grossMinor
    const given = all || rest > wholeOf(line) ? wholeOf(line) : rest > 0n ? rest : 0n
    untaxed.grossMinor += given
    return given
  }
  const corrections = documents.flatMap((inOrder) =>
    correctLines(inOrder, inOrder.map(grossTaken)).map(({ id, amountMinor, taxMinor }) => ({
      invoiceId: inOrder[0]!.invoiceId,
      invoiceLineId: id,
      amountMinor,
      taxMinor,
    })),
  )
  return { corrections, uncoveredMinor }
}

/** All that is left of a line, as its document says it. */
const wholeOf = ({ amountMinor, taxMinor }: PayingLine): bigint => amountMinor + taxMinor

/** A part of a line, from as priced to what the document says with tax. */
function grossOf(line: PayingLine, pricedMinor: bigint, { included, includedParts }: Pricing) {
  if (!included) return pricedMinor + roundHalfUp(pricedMinor * BigInt(partsOfLine(line)), WHOLE)
  return line.taxBasisPoints !== 0 ? pricedMinor : roundHalfUp(pricedMinor * WHOLE, WHOLE + BigInt(includedParts))
}
