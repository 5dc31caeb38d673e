import { allocate } from '#platform/money.ts'
import type { TaxCategory } from '#platform/schema.ts'
import { millionthsOf } from './tax.ts'
import type { CreditNote } from './credit-note.ts'
import type { InvoiceLine, InvoiceTax } from './invoice.ts'

/** A tax as a document tells it. Minor units of the document's currency. */
export type ToldTax = {
  name: string
  category: TaxCategory
  /** For showing; a rate finer than a basis point has decimals. */
  basisPoints: number
  baseMinor: bigint
  taxMinor: bigint
  note: string | null
}

/** The taxes of a document in their order; those of one from before taxes were kept, by its lines, the highest rate first. */
export function documentTaxes({
  lines,
  taxes,
}: {
  lines: readonly Pick<InvoiceLine, 'amountMinor' | 'taxBasisPoints' | 'taxMinor'>[]
  taxes: readonly InvoiceTax[]
}): ToldTax[] {
  if (taxes.length > 0)
    return taxes.map(({ name, category, baseMinor, taxMinor, note, ...rate }) => ({
      name,
      category,
      basisPoints: millionthsOf(rate) / 100,
      baseMinor,
      taxMinor,
      note,
    }))
  return [...Map.groupBy(lines, (line) => line.taxBasisPoints)]
    .map(([basisPoints, some]) => ({
      name: 'VAT',
      category: basisPoints === 0 ? ('Z' as const) : ('S' as const),
      basisPoints,
      baseMinor: some.reduce((sum, line) => sum + line.amountMinor, 0n),
      taxMinor: some.reduce((sum, line) => sum + line.taxMinor, 0n),
      note: null,
    }))
    .toSorted((a, b) => b.basisPoints - a.basisPoints)
}

/**
 * The taxes of a credit note: those of the invoice it corrects, each with its share of what is taken back, and with what the law
 * wants said about it. Shares count on from those of the credit notes before it, whose tax is `taxBeforeMinor`, so that all of
 * them together take back each tax of the invoice to the cent. Of an invoice from before taxes were kept, those of the credit note's own lines.
 */
export function correctedTaxes({
  note: { subtotalMinor, taxMinor },
  lines,
  taxes,
  taxBeforeMinor,
}: {
  note: Pick<CreditNote, 'subtotalMinor' | 'taxMinor'>
  taxBeforeMinor: bigint
  lines: readonly Pick<InvoiceLine, 'amountMinor' | 'taxBasisPoints' | 'taxMinor'>[]
  taxes: readonly InvoiceTax[]
}): ToldTax[] {
  if (taxes.length === 0) return documentTaxes({ lines, taxes })
  const weights = taxes.map((tax) => tax.taxMinor)
  const earlier = allocate(taxBeforeMinor, weights)
  const shares = allocate(taxBeforeMinor + taxMinor, weights).map((share, index) => share - earlier[index]!)
  let before = 0n
  return documentTaxes({ lines, taxes }).map((tax, index) => {
    const baseMinor = taxes[index]!.compound ? subtotalMinor + before : subtotalMinor
    before = shares[index]!
    return { ...tax, baseMinor, taxMinor: shares[index]! }
  })
}
