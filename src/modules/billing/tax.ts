import { allocate, roundHalfUp } from '#platform/money.ts'
import type { Schema } from '#platform/schema.ts'

export type TaxRule = Schema['taxRules']

/** What a document's lines come to. Minor units; `net` and `tax` hold one figure per line and sum to the totals. */
export type TaxedAmounts = { net: bigint[]; tax: bigint[]; subtotalMinor: bigint; taxMinor: bigint; totalMinor: bigint }

/**
 * Taxes a document at one rate: once over the sum, rounded half up, then shown per line by largest remainder. With
 * `included`, the amounts hold the tax already and stay what the customer pays.
 */
export function taxDocument(amounts: readonly bigint[], rateBasisPoints: number, included: boolean): TaxedAmounts {
  const sum = amounts.reduce((a, b) => a + b, 0n)
  const rate = BigInt(rateBasisPoints)
  const taxMinor = included ? roundHalfUp(sum * rate, 10_000n + rate) : roundHalfUp(sum * rate, 10_000n)
  const tax = allocate(taxMinor, amounts)
  const net = included ? amounts.map((amount, index) => amount - tax[index]!) : [...amounts]
  const subtotalMinor = included ? sum - taxMinor : sum
  return { net, tax, subtotalMinor, taxMinor, totalMinor: subtotalMinor + taxMinor }
}

/** The rule for a buyer on a day: that of the country, else the domestic one. An unknown country is taxed, never exempt. */
export function taxRuleFor(
  rules: readonly TaxRule[],
  country: string | null,
  on: Temporal.PlainDate,
): TaxRule | undefined {
  const valid = rules.filter(
    (rule) =>
      Temporal.PlainDate.compare(rule.validFrom, on) <= 0 &&
      (rule.validTo === null || Temporal.PlainDate.compare(on, rule.validTo) < 0),
  )
  const newest = valid.toSorted((a, b) => Temporal.PlainDate.compare(b.validFrom, a.validFrom))
  return (
    (country === null ? undefined : newest.find((rule) => rule.country === country)) ??
    newest.find((rule) => rule.country === null)
  )
}
