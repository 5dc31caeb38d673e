import { allocate, roundHalfUp } from '#platform/money.ts'

/**
 * What of an invoice's line no credit note has taken back yet. Minor units, without tax and the tax on it. `taxParts` is its tax in
 * hundred-millionths of the net, all taxes of the document together and none of them rounded; without it, the basis points count.
 */
export type LineLeft = {
  id: string
  amountMinor: bigint
  taxMinor: bigint
  taxBasisPoints: number
  taxParts?: number | undefined
}

const PARTS = 100_000_000n
/** Of one basis point. */
const POINT = 10_000
/** The tax of a line in hundred-millionths of its net. */
export const partsOfLine = ({ taxParts, taxBasisPoints }: Pick<LineLeft, 'taxParts' | 'taxBasisPoints'>): number =>
  taxParts ?? taxBasisPoints * POINT

/** What a credit note takes back of one line. Minor units. */
export type CorrectedLine = { id: string; amountMinor: bigint; taxMinor: bigint }

const grossOf = (line: LineLeft): bigint => line.amountMinor + line.taxMinor
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)

/** All that may still be taken back, tax included. */
export const grossLeft = (lines: readonly LineLeft[]): bigint => sum(lines.map(grossOf))

/**
 * Spreads an amount that holds its tax over what is left of the lines, in proportion: all of it takes every line as it is, a
 * part is taken from the lines that cost something. At most `grossLeft`.
 */
export function spreadCorrection(lines: readonly LineLeft[], grossMinor: bigint): bigint[] {
  if (grossMinor === grossLeft(lines)) return lines.map(grossOf)
  return allocate(
    grossMinor,
    lines.map((line) => (grossOf(line) > 0n ? grossOf(line) : 0n)),
  )
}

/**
 * Divides amounts that hold their tax, one per line, into net and tax at the invoice's own rates: once per rate over the sum,
 * half up, then shown per line by largest remainder. A line never gives more net or tax than is left of it, so that the last
 * correction of a line takes exactly its rest.
 */
export function correctLines(lines: readonly LineLeft[], grossMinor: readonly bigint[]): CorrectedLine[] {
  const tax = new Map<string, bigint>()
  const parts = lines.map((line, index) => ({ line, gross: grossMinor[index]! })).filter(({ gross }) => gross !== 0n)
  for (const [rate, group] of Map.groupBy(parts, ({ line }) => partsOfLine(line))) {
    const partly = group.filter(({ line, gross }) => gross !== grossOf(line))
    const amounts = partly.map(({ gross }) => gross)
    const taxed = roundHalfUp(sum(amounts) * BigInt(rate), PARTS + BigInt(rate))
    const shares = allocate(taxed, amounts)
    for (const [index, { line, gross }] of partly.entries()) tax.set(line.id, withinLeft(line, gross, shares[index]!))
  }
  return parts.map(({ line, gross }) => {
    const taxMinor = tax.get(line.id) ?? line.taxMinor
    return { id: line.id, amountMinor: gross - taxMinor, taxMinor }
  })
}

function withinLeft(line: LineLeft, gross: bigint, taxMinor: bigint): bigint {
  const least = gross > line.amountMinor ? gross - line.amountMinor : 0n
  const most = gross < line.taxMinor ? gross : line.taxMinor
  return taxMinor < least ? least : taxMinor > most ? most : taxMinor
}
