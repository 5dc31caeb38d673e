import { createHash } from 'node:crypto'
import { allocate } from '#platform/money.ts'
import type { ChangeBasis } from './change-basis.ts'
import { correctPaid, type LineCorrection, pricedOf, type Pricing, sumLeft, type UnusedDays } from './change-credit.ts'
import type { ChangedItem, ChangeDetail } from './change-detail.ts'
import type { PricedChange } from './price-change.ts'
import {
  daysBetween,
  limitCredit,
  type PaidSpan,
  prorate,
  type ProratedSpan,
  settleParts,
  spansAfter,
} from './prorate.ts'
import { isTried } from './require-changeable.ts'
import { afterDiscounts } from './running-discounts.ts'
import { periodStart } from './subscription.ts'
import { taxDocument, type TaxTreatment } from './tax.ts'

/** What a change comes to. Minor units; with tax unless the name says otherwise. */
export type ComputedChange = {
  items: ChangedItem[]
  /** A period that is paid today begins with it. */
  newPeriod: boolean
  /** Of a whole period from now on, as priced. */
  amountMinor: bigint
  startsOn: Temporal.PlainDate
  detail: ChangeDetail
  dueMinor: bigint
  creditMinor: bigint
  creditTaxMinor: bigint
  nextMinor: bigint
  nextOn: Temporal.PlainDate
  digest: string
}

/**
 * What a change costs today, what it gives back, and what the next renewal costs: pure, from how the agreement stands and what
 * its parts cost from now on. Where the seller's setting says so, what becomes cheaper waits for the end of the paid period. A
 * trial goes on to its day: nothing is due or given back, and what is changed to is what is billed from then on.
 */
export function computeChange(basis: ChangeBasis, priced: PricedChange, treatment: TaxTreatment): ComputedChange {
  const { subscription, seller, today } = basis
  const included = seller.pricesIncludeTax
  const tax = (amounts: readonly bigint[]) => taxDocument(amounts, treatment, included)
  const amountMinor = priced.parts.reduce((sum, part) => sum + amountOf(part), 0n)
  const newPeriod = priced.newPeriod && !isTried(basis)
  const waits = seller.downgradeAtPeriodEnd && !newPeriod && !isTried(basis) && amountMinor < subscription.amountMinor
  const newEnd = periodStart(today, priced.intervalUnit, priced.intervalCount, 1)
  const nextOn = newPeriod ? newEnd : subscription.currentPeriodEnd
  const pricing = { included, includedParts: treatment.includedParts }
  const periods = waits ? [] : periodsOf(basis, { ...priced, newPeriod }, newEnd, pricing)
  const { charges, credits, leftMinor, givenUp } = partsOf(basis, priced, periods)
  const settle = (inFull: boolean) => {
    const charged = tax(charges.map(({ chargeMinor, dueMinor }) => BigInt(inFull ? chargeMinor : dueMinor)))
    const spent = inFull ? charges.reduce((sum, { chargeMinor }) => sum + BigInt(chargeMinor), 0n) : 0n
    const back = creditFor(basis, { unused: unusedDays(periods, leftMinor + spent), givenUp, pricing }, treatment)
    return { inFull, charged, back, netMinor: charged.totalMinor - back.grossMinor }
  }
  const whole = settle(newPeriod && amountMinor > 0n && charges.every(({ dueMinor }) => dueMinor === '0'))
  // Credit at a lower tax than today's would not pay for it: then what was paid counts on for the days at the tax of its day.
  const { inFull, charged, back, netMinor } = whole.inFull && whole.netMinor > 0n ? settle(false) : whole
  const counted = newPeriod && amountMinor > 0n ? periods.at(-1)!.discounts.map(({ couponId }) => couponId) : []
  const next = nextAmounts(basis, priced, counted)
  const detail: ChangeDetail = {
    periods: periods.map(spell),
    charges,
    credits,
    spans: (newPeriod ? periods.slice(-1) : periods).map((period) => ({
      ...spellSpan(period),
      // What was paid for the periods given up pays for this one.
      paidBy: newPeriod ? basis.paying.map(({ id }) => id) : basis.paidBy,
    })),
    counted,
    coupons: couponsIn(
      periods.flatMap(({ discounts }) => lessDiscounts(priced, discounts).held),
      next.held,
    ),
    dueTaxMinor: String(inFull ? 0n : charged.taxMinor),
    corrections: back.corrections,
    undocumented: back.undocumented,
    inFull,
    inTrial: isTried(basis),
    restarts: needsRestart(basis, priced),
    pricesIncludeTax: included,
  }
  const computed = {
    newPeriod,
    items: priced.parts.map((part) => ({ ...part, unitMinor: String(part.unitMinor) })),
    amountMinor,
    startsOn: waits ? subscription.currentPeriodEnd : today,
    detail,
    dueMinor: netMinor > 0n ? netMinor : 0n,
    creditMinor: netMinor < 0n ? -netMinor : 0n,
    creditTaxMinor: within(back.taxMinor - charged.taxMinor, netMinor < 0n ? -netMinor : 0n),
    nextMinor: tax(next.amounts).totalMinor,
    nextOn,
  }
  return { ...computed, digest: digestOf(computed) }
}

const amountOf = ({ unitMinor, quantity }: { unitMinor: bigint; quantity: number }): bigint =>
  unitMinor * BigInt(quantity)
const keyOf = ({ kind, code, description }: { kind: string; code: string | null; description: string }): string =>
  kind === 'plan' ? kind : (code ?? description)

/** What a whole period costs part by part, as priced: discounts hold as far as their coupons are for what is agreed then. */
const lessDiscounts = <D extends BasisDiscount>(
  { parts, plan, productId, intervalUnit }: PricedChange,
  discounts: readonly D[],
): { amounts: bigint[]; held: D[] } =>
  afterDiscounts(parts.map(amountOf), discounts, { productId, planId: plan.id, interval: intervalUnit })

/** What the next renewal bills. What a new period counts for the last time is over by then. */
const nextAmounts = ({ discounts }: ChangeBasis, priced: PricedChange, counted: readonly string[]) =>
  lessDiscounts(
    priced,
    discounts.filter(({ couponId, cyclesLeft }) => cyclesLeft !== 1 || !counted.includes(couponId)),
  )

/** The coupons of today's amounts and of the next renewal, each once. */
function couponsIn(today: readonly BasisDiscount[], next: readonly BasisDiscount[]): ChangeDetail['coupons'] {
  const isIn = (all: readonly BasisDiscount[], id: string): boolean => all.some(({ couponId }) => couponId === id)
  const named = new Map([...today, ...next].map(({ couponId, name }) => [couponId, name]))
  return [...named].map(([id, name]) => ({ name, today: isIn(today, id), next: isIn(next, id) }))
}

const within = (amount: bigint, most: bigint): bigint => (amount < 0n ? 0n : amount > most ? most : amount)

/**
 * What is given back of what was paid, as priced: a correction of the documents that paid for it, at their tax; of days that
 * no document of ours paid for, at the tax of today.
 */
function creditFor(
  { spans, paying }: ChangeBasis,
  input: Parameters<typeof correctPaid>[1],
  treatment: TaxTreatment,
): {
  corrections: ChangeDetail['corrections']
  undocumented: ChangeDetail['undocumented']
  grossMinor: bigint
  taxMinor: bigint
} {
  const { corrections, uncoveredMinor } = correctPaid(paying, input)
  const elsewhere = spans.some(({ hasDocument }) => !hasDocument) ? uncoveredMinor : 0n
  const rest = taxDocument([elsewhere], treatment, input.pricing.included)
  const sum = (of: (one: LineCorrection) => bigint): bigint => corrections.reduce((all, one) => all + of(one), 0n)
  return {
    corrections: corrections.map(({ amountMinor, taxMinor, ...line }) => ({
      ...line,
      amountMinor: String(amountMinor),
      taxMinor: String(taxMinor),
    })),
    undocumented: { grossMinor: String(rest.totalMinor), taxMinor: String(rest.taxMinor) },
    grossMinor: rest.totalMinor + sum(({ amountMinor, taxMinor }) => amountMinor + taxMinor),
    taxMinor: rest.taxMinor + sum(({ taxMinor }) => taxMinor),
  }
}

/** Which period how much of the credit is for: in proportion to what the days of each are worth less than they were paid. */
function unusedDays(periods: readonly ChangedPeriod[], pricedMinor: bigint): UnusedDays[] {
  const less = periods.map(({ creditMinor, chargeMinor }) =>
    creditMinor > chargeMinor ? creditMinor - chargeMinor : 0n,
  )
  const all = less.reduce((sum, each) => sum + each, 0n)
  const shares = allocate(pricedMinor < all ? pricedMinor : all, less)
  const named = periods.map(({ lineIds }, index) => ({ pricedMinor: shares[index]!, lineIds }))
  return pricedMinor > all ? [...named, { pricedMinor: pricedMinor - all }] : named
}

type BasisDiscount = ChangeBasis['spans'][number]['discounts'][number]
/** A period with what each part of it costs as a whole, and the discounts it has. */
type ChangedPeriod = ProratedSpan & {
  wholeParts: bigint[]
  discounts: BasisDiscount[]
  lineIds: ReadonlySet<string>
}

/**
 * The paid periods as they change, at the price after the discounts each had; a new period gives all of them up, begins today,
 * and has the discounts that renewals would have.
 */
function periodsOf(
  { spans: asCharged, paying, today, ...basis }: ChangeBasis,
  priced: PricedChange,
  newEnd: Temporal.PlainDate,
  pricing: Pricing,
): ChangedPeriod[] {
  const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n)
  const spans = asCharged.map(({ paidMinor, untaxedMinor, ...span }) => ({
    ...span,
    paidMinor:
      paidMinor - untaxedMinor + pricedOf({ netMinor: untaxedMinor, taxMinor: 0n, taxBasisPoints: 0 }, pricing),
  }))
  const elsewhere = spans.some(({ hasDocument }) => !hasDocument)
  const limit = (periods: ProratedSpan[]): ProratedSpan[] =>
    elsewhere ? periods : limitCredit(periods, sumLeft(paying, pricing))
  const inPeriod = (period: ProratedSpan): ChangedPeriod => {
    const { discounts, lineIds } = spans.find(({ start }) => start.equals(period.start))!
    return { ...period, discounts, lineIds, wholeParts: lessDiscounts(priced, discounts).amounts }
  }
  if (!priced.newPeriod)
    return limit(prorate(spans, today, ({ discounts }) => sumOf(lessDiscounts(priced, discounts).amounts))).map(
      inPeriod,
    )
  const { amounts: wholeParts, held } = lessDiscounts(priced, basis.discounts)
  const wholeMinor = sumOf(wholeParts)
  const days = daysBetween(today, newEnd)
  const begun = {
    start: today,
    end: newEnd,
    from: today,
    days,
    ofDays: days,
    paidMinor: 0n,
    paidDays: days,
    creditMinor: 0n,
    wholeMinor,
    chargeMinor: wholeMinor,
    wholeParts,
    discounts: held,
    lineIds: new Set<string>(),
  }
  return [...limit(prorate(spans, today, 0n)).map(inPeriod), begun]
}

function partsOf({ items }: ChangeBasis, { parts }: PricedChange, periods: readonly ChangedPeriod[]) {
  const sumUp = (shares: readonly bigint[][], of: readonly unknown[]): bigint[] =>
    of.map((_part, index) => shares.reduce((sum, each) => sum + each[index]!, 0n))
  const charged = sumUp(
    periods.map(({ chargeMinor, wholeParts }) => allocate(chargeMinor, wholeParts)),
    parts,
  )
  const weights = items.map(({ amountMinor }) => amountMinor)
  const credited = sumUp(
    periods.map(({ creditMinor }) => allocate(creditMinor, weights)),
    items,
  )
  const settled = settleParts(
    parts.map((part, index) => ({ key: keyOf(part), amountMinor: charged[index]! })),
    items.map((item, index) => ({ key: keyOf(item), amountMinor: credited[index]! })),
  )
  return {
    charges: parts.map((part, index) => ({
      ...part,
      unitMinor: String(part.unitMinor),
      chargeMinor: String(charged[index]!),
      dueMinor: String(settled.dueMinor[index]!),
    })),
    credits: items.map(({ kind, code, choice, description, quantity }, index) => ({
      kind,
      code,
      choice,
      description,
      quantity,
      creditMinor: String(credited[index]!),
    })),
    leftMinor: settled.leftMinor,
    // Parts that cost less from now on, or are gone.
    givenUp: items.filter(
      (item, index) => credited[index]! > (charged[parts.findIndex((part) => keyOf(part) === keyOf(item))] ?? 0n),
    ),
  }
}

const spell = ({ start, end, from, days, ofDays, paidMinor, paidDays, ...amounts }: ProratedSpan) => ({
  start: String(start),
  end: String(end),
  from: String(from),
  days,
  ofDays,
  paidMinor: String(paidMinor),
  paidDays,
  creditMinor: String(amounts.creditMinor),
  wholeMinor: String(amounts.wholeMinor),
  chargeMinor: String(amounts.chargeMinor),
})

function spellSpan(period: ChangedPeriod) {
  const [{ start, end, from, paidMinor }] = spansAfter([period]) as [PaidSpan]
  return {
    start: String(start),
    end: String(end),
    from: String(from),
    paidMinor: String(paidMinor),
    discounts: period.discounts.map(({ couponId, percent, amount }) => ({ couponId, percent, amount })),
  }
}

/** A guest sees more or fewer cores and more or less memory only after it was off. */
const needsRestart = ({ service }: ChangeBasis, { plan }: PricedChange): boolean =>
  service !== undefined && (service.cores !== plan.cores || service.memoryMb !== plan.memoryMb)

const digestOf = (said: Omit<ComputedChange, 'digest'>): string =>
  createHash('sha256')
    .update(JSON.stringify(said, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)))
    .digest('base64url')
