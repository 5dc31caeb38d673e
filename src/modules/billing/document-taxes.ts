import type { TaxCategory } from '#platform/schema.ts'
import type { InvoiceLine, InvoiceTax } from './invoice.ts'

/** A tax as a document tells it. Minor units of the document's currency. */
export type ToldTax = {
  name: string
  category: TaxCategory
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
    return taxes.map(({ name, category, rateBasisPoints, baseMinor, taxMinor, note }) => ({
      name,
      category,
      basisPoints: rateBasisPoints,
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
