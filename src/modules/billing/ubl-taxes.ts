import type { TaxCategory } from '#platform/schema.ts'
import { toDecimal } from '#platform/money.ts'
import type { ToldTax } from './document-taxes.ts'
import { aggregate, basic, type MoneyElement, VAT, type Xml } from './ubl.ts'

/** What a line has to say of its tax. Minor units. */
type TaxedLine = { amountMinor: bigint; taxBasisPoints: number; taxMinor: bigint }

/** Why nothing is charged, in the code list of the CEF (VATEX). Where the law has many reasons, the words say which one. */
const REASONS: Partial<Record<TaxCategory, string>> = {
  AE: 'VATEX-EU-AE',
  G: 'VATEX-EU-G',
  K: 'VATEX-EU-IC',
  O: 'VATEX-EU-O',
}

/** Categories that have to give a reason; a zero rate must not have one (BR-Z-10). */
const EXPLAINED: ReadonlySet<TaxCategory> = new Set(['E', 'AE', 'G', 'K', 'O'])

/** The tax a document charges nothing by; a standard rate of 0 % is a zero rate to the norm. */
function untaxed(taxes: readonly ToldTax[]): { category: TaxCategory; note: string | null } {
  const tax = taxes.find(({ basisPoints }) => basisPoints === 0)
  return tax && tax.category !== 'S' ? tax : { category: 'Z', note: null }
}

/** Whether any of it is subject to VAT in the country of the seller. */
export const isSubjectToVat = (lines: readonly TaxedLine[], taxes: readonly ToldTax[]): boolean =>
  lines.some(({ taxBasisPoints }) => taxBasisPoints > 0) || untaxed(taxes).category !== 'O'

/** UNCL 5305: how a line is taxed. What is not subject to VAT has no rate, not even 0 (BR-O-05). */
export function lineCategory({ taxBasisPoints }: Pick<TaxedLine, 'taxBasisPoints'>, taxes: readonly ToldTax[]): Xml {
  const code = taxBasisPoints > 0 ? 'S' : untaxed(taxes).category
  return aggregate('ClassifiedTaxCategory', basic('ID', code), percentOf(code, taxBasisPoints), VAT)
}

const percentOf = (code: TaxCategory, basisPoints: number): Xml =>
  code === 'O' ? '' : basic('Percent', toDecimal(BigInt(basisPoints), 'EUR'))

/** Tax by rate: what the lines of each come to, and why there is none where there is none. */
export function taxTotal(lines: readonly TaxedLine[], taxes: readonly ToldTax[], money: MoneyElement): Xml {
  const rates = [...new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints))].toSorted((a, b) => a - b)
  const sum = (some: readonly TaxedLine[], amount: (line: TaxedLine) => bigint): bigint =>
    some.reduce((total, line) => total + amount(line), 0n)
  const none = untaxed(taxes)
  return aggregate(
    'TaxTotal',
    money(
      'TaxAmount',
      sum(lines, (line) => line.taxMinor),
    ),
    ...rates.map((rate) => {
      const ofRate = lines.filter((line) => line.taxBasisPoints === rate)
      const code = rate > 0 ? 'S' : none.category
      return aggregate(
        'TaxSubtotal',
        money(
          'TaxableAmount',
          sum(ofRate, (line) => line.amountMinor),
        ),
        money(
          'TaxAmount',
          sum(ofRate, (line) => line.taxMinor),
        ),
        aggregate(
          'TaxCategory',
          basic('ID', code),
          percentOf(code, rate),
          basic('TaxExemptionReasonCode', REASONS[code]),
          basic('TaxExemptionReason', EXPLAINED.has(code) ? none.note : null),
          VAT,
        ),
      )
    }),
  )
}
