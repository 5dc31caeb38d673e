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

/**
 * Divides credit for unused days, as priced, among the documents that paid for them: of the newest first, there of the parts
 * that were given up before others, each line at the tax it was charged with. Never more than is left of a line.
 */
export function correctPaid(
  lines: readonly PayingLine[],
  input: { pricedMinor: bigint; givenUp: readonly { kind: string; description: string }[]; pricing: Pricing },
): { corrections: LineCorrection[]; uncoveredMinor: bigint } {
  const { pricing, givenUp } = input
  const isGivenUp = (line: PayingLine): boolean =>
    givenUp.some(({ kind, description }) => kind === line.kind && description === line.description)
  let wanted = input.pricedMinor
  const corrections: LineCorrection[] = []
  for (const [invoiceId, all] of Map.groupBy(lines, (line) => line.invoiceId)) {
    const open = all.filter(isOpen)
    const inOrder = [...open.filter(isGivenUp), ...open.filter((line) => !isGivenUp(line))]
    const gross = inOrder.map((line) => {
      const [left, whole] = [leftOf(line, pricing), line.amountMinor + line.taxMinor]
      const taken = left < wanted && grossOf(line, wanted, pricing) > whole ? left : wanted
      wanted -= taken
      return taken === left ? whole : grossOf(line, taken, pricing)
    })
    for (const { id, amountMinor, taxMinor } of correctLines(inOrder, gross))
      corrections.push({ invoiceId, invoiceLineId: id, amountMinor, taxMinor })
  }
  return { corrections, uncoveredMinor: wanted }
}

/** A part of a line, from as priced to what the document says with tax. */
function grossOf(line: PayingLine, pricedMinor: bigint, { included, includedParts }: Pricing) {
  if (!included) return pricedMinor + roundHalfUp(pricedMinor * BigInt(partsOfLine(line)), WHOLE)
  return line.taxBasisPoints !== 0 ? pricedMinor : roundHalfUp(pricedMinor * WHOLE, WHOLE + BigInt(includedParts))
}
