import { createHash } from 'node:crypto'
import { allocate } from '#platform/money.ts'
import type { ChangeBasis } from './change-basis.ts'
import type { ChangedItem, ChangeDetail } from './change-detail.ts'
import type { PricedChange } from './price-change.ts'
import { daysBetween, type PaidSpan, prorate, type ProratedSpan, settleParts, spansAfter } from './prorate.ts'
import { periodStart } from './subscription.ts'
import { taxDocument, type TaxTreatment } from './tax.ts'

/** What a change comes to. Minor units; with tax unless the name says otherwise. */
export type ComputedChange = {
  items: ChangedItem[]
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
 * its parts cost from now on. Where the seller's setting says so, what becomes cheaper waits for the end of the paid period.
 */
export function computeChange(basis: ChangeBasis, priced: PricedChange, treatment: TaxTreatment): ComputedChange {
  const { subscription, seller, today } = basis
  const included = seller.pricesIncludeTax
  const tax = (amounts: readonly bigint[]) => taxDocument(amounts, treatment, included)
  const amountMinor = priced.parts.reduce((sum, part) => sum + amountOf(part), 0n)
  const waits = seller.downgradeAtPeriodEnd && !priced.newPeriod && amountMinor < subscription.amountMinor
  const newEnd = periodStart(today, priced.intervalUnit, priced.intervalCount, 1)
  const nextOn = priced.newPeriod ? newEnd : subscription.currentPeriodEnd
  const periods = waits ? [] : periodsOf(basis, priced.newPeriod, amountMinor, newEnd)
  const { charges, credits, leftMinor } = partsOf(basis, priced, periods)
  const due = tax(charges.map(({ dueMinor }) => BigInt(dueMinor)))
  const back = tax([leftMinor])
  const detail: ChangeDetail = {
    periods: periods.map(spell),
    charges,
    credits,
    spans: spansAfter(priced.newPeriod ? periods.slice(-1) : periods).map(spellSpan),
    dueTaxMinor: String(due.taxMinor),
    restarts: needsRestart(basis, priced),
    pricesIncludeTax: included,
  }
  const computed = {
    items: priced.parts.map((part) => ({ ...part, unitMinor: String(part.unitMinor) })),
    amountMinor,
    startsOn: waits ? subscription.currentPeriodEnd : today,
    detail,
    dueMinor: due.totalMinor,
    creditMinor: back.totalMinor,
    creditTaxMinor: back.taxMinor,
    nextMinor: tax([amountMinor]).totalMinor,
    nextOn,
  }
  return { ...computed, digest: digestOf(computed) }
}

const amountOf = ({ unitMinor, quantity }: { unitMinor: bigint; quantity: number }): bigint =>
  unitMinor * BigInt(quantity)
const keyOf = ({ kind, code, description }: { kind: string; code: string | null; description: string }): string =>
  kind === 'plan' ? kind : (code ?? description)

/** The paid periods as they change; a new period gives all of them up and begins today. */
function periodsOf(
  { spans, today }: ChangeBasis,
  newPeriod: boolean,
  amountMinor: bigint,
  newEnd: Temporal.PlainDate,
): ProratedSpan[] {
  if (!newPeriod) return prorate(spans, today, amountMinor)
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
    chargeMinor: amountMinor,
  }
  return [...prorate(spans, today, 0n), begun]
}

function partsOf({ items }: ChangeBasis, { parts }: PricedChange, periods: readonly ProratedSpan[]) {
  const shares = (field: 'creditMinor' | 'chargeMinor', weights: bigint[]): bigint[] =>
    periods
      .map((period) => allocate(period[field], weights))
      .reduce(
        (sum, each) => sum.map((amount, index) => amount + each[index]!),
        weights.map(() => 0n),
      )
  const charged = shares('chargeMinor', parts.map(amountOf))
  const credited = shares(
    'creditMinor',
    items.map(({ amountMinor }) => amountMinor),
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
  }
}

const spell = ({ start, end, from, days, ofDays, paidMinor, paidDays, creditMinor, chargeMinor }: ProratedSpan) => ({
  start: String(start),
  end: String(end),
  from: String(from),
  days,
  ofDays,
  paidMinor: String(paidMinor),
  paidDays,
  creditMinor: String(creditMinor),
  chargeMinor: String(chargeMinor),
})

const spellSpan = ({ start, end, from, paidMinor }: PaidSpan) => ({
  start: String(start),
  end: String(end),
  from: String(from),
  paidMinor: String(paidMinor),
})

/** A guest sees more or fewer cores and more or less memory only after it was off. */
const needsRestart = ({ service }: ChangeBasis, { plan }: PricedChange): boolean =>
  service !== undefined && (service.cores !== plan.cores || service.memoryMb !== plan.memoryMb)

const digestOf = (said: Omit<ComputedChange, 'digest'>): string =>
  createHash('sha256')
    .update(JSON.stringify(said, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)))
    .digest('base64url')
