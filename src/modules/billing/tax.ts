import { isEuCountry } from '#modules/accounts/vat-number.ts'
import { allocate, roundHalfUp } from '#platform/money.ts'
import type { Schema, TaxCategory } from '#platform/schema.ts'

export type TaxRule = Schema['taxRules']

/** What taxes depend on about whoever buys. `region` is the second half of ISO 3166-2. */
export type TaxBuyer = {
  country: string | null
  region: string | null
  /** Whether the registry has confirmed the VAT number that is theirs now. */
  vatConfirmed: boolean
  /** What staff decided; a rate of 0 is a decision, null is none. The reason is printed. */
  override: { rateBasisPoints: number; reason: string } | null
}

/** Somebody of whom at most the country is known. */
export const buyerIn = (country: string | null): TaxBuyer => ({
  country,
  region: null,
  vatConfirmed: false,
  override: null,
})

type TaxComponent = {
  name: string
  rateBasisPoints: number
  /** What is to be added to it, in millionths of the net, where a rate is finer than that: 9.975 % is 998 less 50. */
  finerMillionths?: number | null
  /** Charged on the net amount plus the component before it. */
  compound: boolean
  category: TaxCategory
}

/** How a buyer is taxed by a seller on a day: plain values, at most two components, so that SQL can do the same sums. */
export type TaxTreatment = {
  components: TaxComponent[]
  reverseCharge: boolean
  /** What staff gave as the reason for a rate of this customer's own. */
  note: string | null
  /** How much tax a price that includes tax holds, in hundred-millionths of its net: what the buyer is charged, or, when
   * that is nothing, the domestic tax, which is then taken out of the price. */
  includedParts: number
}

const PARTS = 100_000_000n

type Rate = Pick<TaxComponent, 'rateBasisPoints' | 'finerMillionths'>

/** A rate in millionths of what it is charged on. */
export const millionthsOf = ({ rateBasisPoints, finerMillionths }: Rate): number =>
  rateBasisPoints * 100 + (finerMillionths ?? 0)

/** A rate in millionths as it is stored: in basis points, half up, and what is to be added to them. */
export function rateOfMillionths(millionths: number): Required<Rate> {
  const rateBasisPoints = Math.floor((millionths + 50) / 100)
  return { rateBasisPoints, finerMillionths: millionths - rateBasisPoints * 100 || null }
}

/**
 * The tax of components in hundred-millionths of the net. It holds two rates exactly, unless one that is finer than a basis
 * point is charged on another; then it is rounded there.
 */
export function partsOf(components: readonly (Rate & Pick<TaxComponent, 'compound'>)[]): number {
  const [first, second] = components
  const one = first ? millionthsOf(first) : 0
  if (!second) return one * 100
  const two = millionthsOf(second)
  return one * 100 + two * 100 + (second.compound ? Math.round((one * two) / 10_000) : 0)
}

/** What all components come to in basis points of the net, rounded: for showing, never for computing. */
export const shownBasisPoints = (treatment: Pick<TaxTreatment, 'components'>): number =>
  Math.round(partsOf(treatment.components) / 10_000)

const isValid = (rule: TaxRule, on: Temporal.PlainDate): boolean =>
  Temporal.PlainDate.compare(rule.validFrom, on) <= 0 &&
  (rule.validTo === null || Temporal.PlainDate.compare(on, rule.validTo) < 0)

type Place = { country: string | null; region: string | null }

/** The rules of a place on a day, a level each: that of the state before that of the whole country; of two the later one. */
function rulesOf(rules: readonly TaxRule[], { country, region }: Place, level: number): TaxRule | undefined {
  const here = rules.filter(
    (rule) =>
      rule.level === level && rule.country === country && (rule.region === null || (region && rule.region === region)),
  )
  return here.toSorted(
    (a, b) =>
      Number(b.region !== null) - Number(a.region !== null) || Temporal.PlainDate.compare(b.validFrom, a.validFrom),
  )[0]
}

function componentsOf(rules: readonly TaxRule[], place: Place): TaxComponent[] | undefined {
  const first = rulesOf(rules, place, 1)
  if (!first) return undefined
  const second = rulesOf(rules, place, 2)
  return [first, ...(second ? [second] : [])].map(({ name, rateBasisPoints, finerMillionths, compound, category }) => ({
    name,
    rateBasisPoints,
    ...(finerMillionths === null ? {} : { finerMillionths }),
    compound,
    category,
  }))
}

/**
 * How `seller` taxes `buyer` on a day of the seller's: by the rule of the buyer's state, else country, else as at home, so
 * that an unknown country is taxed and never exempt. A decision of staff comes first. A buyer in another country of the EU
 * than the seller's owes the tax themselves when their VAT number is confirmed (Art. 196, Directive 2006/112/EC).
 * Undefined when not even a domestic rule is valid then.
 */
export function resolveTax(
  rules: readonly TaxRule[],
  seller: { country: string },
  buyer: TaxBuyer,
  on: Temporal.PlainDate,
): TaxTreatment | undefined {
  // Days are compared last: there is a rule for each country of the world, and a checkout waits.
  const near = (rule: TaxRule): boolean =>
    rule.country === null || rule.country === buyer.country || rule.country === seller.country
  const valid = rules.filter((rule) => near(rule) && isValid(rule, on))
  const domestic =
    componentsOf(valid, { country: null, region: null }) ??
    componentsOf(valid, { country: seller.country, region: null })
  if (!domestic) return undefined
  const usual =
    (buyer.country === null ? undefined : componentsOf(valid, { country: buyer.country, region: buyer.region })) ??
    domestic
  const treat = (components: TaxComponent[], more: Partial<TaxTreatment> = {}): TaxTreatment => ({
    components,
    reverseCharge: false,
    note: null,
    includedParts: partsOf(components) || partsOf(domestic),
    ...more,
  })
  const name = usual[0]!.name
  if (buyer.override) {
    const { rateBasisPoints, reason } = buyer.override
    const category = rateBasisPoints === 0 ? 'E' : 'S'
    return treat([{ name, rateBasisPoints, compound: false, category }], { note: reason })
  }
  if (isReverseCharge(seller, buyer))
    return treat([{ name, rateBasisPoints: 0, compound: false, category: 'AE' }], { reverseCharge: true })
  return treat(usual)
}

/** How a buyer is taxed on a day; as of today, where the seller has no rule that is valid then, as before its first one. */
export const resolveTaxOn = (
  rules: readonly TaxRule[],
  seller: { country: string },
  buyer: TaxBuyer,
  { day, today }: { day: Temporal.PlainDate; today: Temporal.PlainDate },
): TaxTreatment | undefined => resolveTax(rules, seller, buyer, day) ?? resolveTax(rules, seller, buyer, today)

/** Days that are taxed alike: `from` is the first, `to` the first after them; null where there is no end. `day` is one of them. */
export type TaxSpan = { day: Temporal.PlainDate; from: Temporal.PlainDate | null; to: Temporal.PlainDate | null }

/** The spans between two changes of the rules that these days lie in. Mostly it is one. */
export function spansOf(
  rules: readonly TaxRule[],
  { first, last }: { first: Temporal.PlainDate; last: Temporal.PlainDate },
): TaxSpan[] {
  const changes = new Set(
    rules
      .flatMap(({ validFrom, validTo }) => (validTo === null ? [validFrom] : [validFrom, validTo]))
      .filter((day) => Temporal.PlainDate.compare(first, day) < 0 && Temporal.PlainDate.compare(day, last) <= 0)
      .map(String),
  )
  const starts = [...changes].toSorted().map((day) => Temporal.PlainDate.from(day))
  return [null, ...starts].map((from, index) => ({ day: from ?? first, from, to: starts[index] ?? null }))
}

/** Whether the buyer owes the tax instead of the seller, unless staff decided otherwise. */
export const isReverseCharge = (
  seller: { country: string },
  buyer: Pick<TaxBuyer, 'country' | 'vatConfirmed'>,
): boolean =>
  buyer.vatConfirmed &&
  buyer.country !== null &&
  buyer.country !== seller.country &&
  isEuCountry(seller.country) &&
  isEuCountry(buyer.country)

/** One tax of a document. Minor units; `baseMinor` is what it is charged on. */
export type DocumentTax = TaxComponent & { baseMinor: bigint; taxMinor: bigint }

/** What a document's lines come to. Minor units; `net` and `tax` hold one figure per line and sum to the totals. */
export type TaxedAmounts = {
  net: bigint[]
  tax: bigint[]
  taxes: DocumentTax[]
  subtotalMinor: bigint
  taxMinor: bigint
  totalMinor: bigint
}

/**
 * Taxes a document: each component once over the sum, rounded half up, then shown per line by largest remainder. With
 * `included`, the amounts hold the tax already and stay what the customer pays; when no tax is charged, the domestic one is
 * taken out of them.
 */
export function taxDocument(
  amounts: readonly bigint[],
  treatment: Pick<TaxTreatment, 'components' | 'includedParts'>,
  included: boolean,
): TaxedAmounts {
  const sum = amounts.reduce((a, b) => a + b, 0n)
  const parts = BigInt(treatment.includedParts)
  const heldMinor = included ? roundHalfUp(sum * parts, PARTS + parts) : 0n
  const subtotalMinor = sum - heldMinor
  const taxes = included
    ? splitTax(treatment.components, { sum, heldMinor, parts })
    : addTax(treatment.components, subtotalMinor)
  const taxMinor = taxes.reduce((all, tax) => all + tax.taxMinor, 0n)
  const held = allocate(heldMinor, amounts)
  return {
    net: amounts.map((amount, index) => amount - held[index]!),
    tax: allocate(taxMinor, amounts),
    taxes,
    subtotalMinor,
    taxMinor,
    totalMinor: subtotalMinor + taxMinor,
  }
}

/** Each component on the net, the compound one on the net and the tax before it. */
function addTax(components: readonly TaxComponent[], netMinor: bigint): DocumentTax[] {
  let before = 0n
  return components.map((component) => {
    const baseMinor = component.compound ? netMinor + before : netMinor
    const taxMinor = roundHalfUp(baseMinor * BigInt(millionthsOf(component)), 1_000_000n)
    before = taxMinor
    return { ...component, baseMinor, taxMinor }
  })
}

/** The tax that is in the prices: the first component's share of it, and what is left is the second's. */
function splitTax(
  components: readonly TaxComponent[],
  { sum, heldMinor, parts }: { sum: bigint; heldMinor: bigint; parts: bigint },
): DocumentTax[] {
  const netMinor = sum - heldMinor
  if (partsOf(components) === 0)
    return components.map((component) => ({ ...component, baseMinor: netMinor, taxMinor: 0n }))
  const [first, second] = components
  const share = BigInt(millionthsOf(first!)) * 100n
  const firstMinor = second ? roundHalfUp(sum * share, PARTS + parts) : heldMinor
  return [
    { ...first!, baseMinor: netMinor, taxMinor: firstMinor },
    ...(second
      ? [
          {
            ...second,
            baseMinor: second.compound ? netMinor + firstMinor : netMinor,
            taxMinor: heldMinor - firstMinor,
          },
        ]
      : []),
  ]
}
