import { allocate, roundHalfUp } from '#platform/money.ts'
import {
  afterCoupon,
  agreementsOf,
  asPriced,
  daysFrom,
  isBy,
  isOpen,
  leadOf,
  least,
  type ModelAgreement,
  type ModelCustomer,
  type ModelDocument,
  newDocument,
  payingOf,
  type Span,
  startOf,
  sum,
  totalOf,
  type Wanted,
} from './model.ts'
import { apply, resume } from './model-apply.ts'
import { addCredit, collect, giveCredit } from './model-money.ts'

/** What a change comes to on a day, as priced, and the periods as they stand once it holds. */
type Prorated = { chargeMinor: bigint; creditMinor: bigint; spans: Span[]; newPeriod: boolean; gains: Gain[] }

/** How much less the days of a period cost from now on. */
type Gain = { end: Temporal.PlainDate; lessMinor: bigint }

/**
 * Every paid period that is not over gives back the days from today on, of what was paid for it, and costs the same days anew; a
 * new interval gives all of them up and begins a period today.
 */
function prorateChange(agreement: ModelAgreement, { parts, interval }: Wanted, today: Temporal.PlainDate): Prorated {
  const newPeriod = interval.unit !== agreement.interval.unit
  const left = agreement.spans
    .filter(({ end }) => !isBy(end, today))
    .map((span) => ({ ...span, since: isBy(span.start, today) ? today : span.start }))
  const credits = left.map(({ paidMinor, since, from, end }) =>
    roundHalfUp(paidMinor * BigInt(daysFrom(since, end)), BigInt(daysFrom(from, end))),
  )
  const creditMinor = sum(credits)
  if (newPeriod) {
    const share = agreement.discount && agreement.discount.left !== 0 ? agreement.discount.share : 0n
    const paidMinor = sum(afterCoupon(parts, share))
    const span = { start: today, end: startOf(today, interval, 1), from: today, paidMinor, share }
    const gains = left.map(({ end }, index): Gain => ({ end, lessMinor: credits[index]! }))
    return { chargeMinor: paidMinor, creditMinor, spans: [span], newPeriod, gains }
  }
  const spans = left.map(({ start, end, since, share }): Span => {
    const days = BigInt(daysFrom(since, end))
    const paidMinor = roundHalfUp(sum(afterCoupon(parts, share)) * days, BigInt(daysFrom(start, end)))
    return { start, end, from: since, paidMinor, share }
  })
  const gains = spans
    .map(({ end, paidMinor }, index): Gain => ({ end, lessMinor: credits[index]! - paidMinor }))
    .filter(({ lessMinor }) => lessMinor > 0n)
  return { chargeMinor: sum(spans.map(({ paidMinor }) => paidMinor)), creditMinor, spans, newPeriod, gains }
}

/** Whether the rules let an agreement be changed today: paid, not ending, its server running, and nothing of it refunded or contested. */
export function canChange(customer: ModelCustomer, agreement: ModelAgreement, today: Temporal.PlainDate): boolean {
  const standing = agreement.state === 'active' && agreement.cancelOn === null && !isBy(agreement.end, today)
  const isServed = !agreement.hasService || (!customer.isTerminated && customer.suspensions.size === 0)
  const paying = payingOf(agreement, today)
  const refunded = customer.payments.some(
    ({ document, correctedMinor, dispute }) =>
      (correctedMinor > 0n || dispute !== undefined) && paying.some((each) => each.document === document),
  )
  const reserved = customer.refunds.some(({ state, payment }) => {
    const waits = state === 'pending' || state === 'needs_person'
    return waits && paying.some(({ document }) => document === payment.document)
  })
  return standing && isServed && !refunded && !reserved
}

/**
 * A change is accepted: what is billed already is taken back. What costs something is collected at once and holds when it is
 * paid; what does not holds now, and its credit is the customer's.
 */
export function change(
  customer: ModelCustomer,
  agreement: ModelAgreement,
  wanted: Wanted,
  today: Temporal.PlainDate,
): 'refused' | 'not refused' {
  const { chargeMinor, creditMinor, spans, newPeriod, gains } = prorateChange(agreement, wanted, today)
  const { currency } = agreement
  const voided = withdraw(customer, agreement)
  for (const document of openDocumentsOf(customer, agreement)) voided.push(...takeBack(customer, document))
  const dueMinor = chargeMinor - creditMinor
  // All that is left of what was paid pays for a new period that costs less.
  const inFull = newPeriod && dueMinor <= 0n
  const backMinor = inFull ? creditMinor : dueMinor < 0n ? -dueMinor : 0n
  correct(customer, agreement, { backMinor, gains, today })
  let asked: 'refused' | 'not refused' = 'not refused'
  if (dueMinor > 0n || inFull) {
    const end = spans.at(-1)!.end
    const lines = [{ agreement, parts: [inFull ? chargeMinor : dueMinor], share: 0n, start: today, end }]
    const document = newDocument(customer, { purpose: 'change', currency, dueOn: today, lines })
    customer.documents.push(document)
    agreement.pending = { document, wanted, spans, newPeriod, acceptedOn: today }
    agreement.nextBillingOn = null
    asked = collect(customer, document, today)
  } else apply(agreement, { wanted, spans, newPeriod })
  for (const each of new Set([currency, ...voided])) giveCredit(customer, { currency: each, amountMinor: 0n }, today)
  return asked
}

/**
 * Credit notes on the documents that paid for the days: period by period, of the newest document first, never beyond what is left
 * of it, and rounded once over all of them.
 */
function correct(
  customer: ModelCustomer,
  agreement: ModelAgreement,
  { backMinor, gains, today }: { backMinor: bigint; gains: Gain[]; today: Temporal.PlainDate },
): void {
  const paying = payingOf(agreement, today)
  const taken = paying.map(() => 0n)
  const shares = allocate(
    backMinor,
    gains.map(({ lessMinor }) => lessMinor),
  )
  for (const [index, { end }] of gains.entries()) {
    let wanted = shares[index]!
    for (const isOf of [true, false])
      for (const [at, { leftMinor, ends }] of paying.entries()) {
        if (isOf && !ends.some((each) => each.equals(end))) continue
        const now = least(wanted, asPriced(leftMinor, customer.isAbroad) - taken[at]!)
        taken[at]! += now
        wanted -= now
      }
  }
  let [pricedMinor, givenMinor] = [0n, 0n]
  for (const [at, each] of paying.entries()) {
    pricedMinor += taken[at]!
    const isAll = taken[at] === asPriced(each.leftMinor, customer.isAbroad)
    const gross = isAll ? each.leftMinor : least(each.leftMinor, totalOf(pricedMinor, customer.isAbroad) - givenMinor)
    givenMinor += gross
    each.leftMinor -= gross
    each.document.creditedMinor += gross
    addCredit(customer, agreement.currency, gross)
  }
}

const openDocumentsOf = (customer: ModelCustomer, agreement: ModelAgreement): ModelDocument[] =>
  customer.documents.filter((document) => isOpen(document) && agreementsOf(document).includes(agreement))

/** An unpaid document is void: its periods may be billed again, and what was paid on it is credit. Gives its currency. */
export function takeBack(customer: ModelCustomer, document: ModelDocument): string[] {
  document.state = 'void'
  if (document.purpose === 'renewal')
    for (const { agreement, share } of document.lines) {
      agreement.periods -= 1
      agreement.billedUntil = document.dueOn
      const ends = agreement.state === 'cancelled' || agreement.cancelOn !== null
      agreement.nextBillingOn = ends ? null : document.dueOn.subtract({ days: leadOf(agreement.interval) })
      if (share > 0n && agreement.discount && agreement.discount.left !== null) agreement.discount.left += 1
    }
  addCredit(customer, document.currency, document.paidMinor)
  return [document.currency]
}

/** A change that waits for its money is taken back. */
function withdraw(customer: ModelCustomer, agreement: ModelAgreement): string[] {
  const { pending } = agreement
  if (!pending) return []
  delete agreement.pending
  const currencies = takeBack(customer, pending.document)
  resume(agreement)
  return currencies
}

/** What nobody paid within a day of accepting it, or by the end of what is paid, does not hold any more. */
export function lapse(customer: ModelCustomer, today: Temporal.PlainDate, isMidnight: boolean): void {
  for (const agreement of customer.agreements) {
    if (!agreement.pending || isBy(today, agreement.pending.acceptedOn)) continue
    const isDayOver = !isMidnight || !isBy(today, agreement.pending.acceptedOn.add({ days: 1 }))
    if (!isDayOver && !isBy(agreement.end, today)) continue
    const { currency } = agreement
    withdraw(customer, agreement)
    giveCredit(customer, { currency, amountMinor: 0n }, today)
  }
}

/** Ends an agreement: at the end of what is paid, or now; what is not paid is taken back, and paid days are not given back. */
export function cancel(
  customer: ModelCustomer,
  agreement: ModelAgreement,
  when: 'period_end' | 'now',
  today: Temporal.PlainDate,
): void {
  const now = when === 'now' || isBy(agreement.end, today)
  agreement.cancelOn = now ? today : agreement.end
  if (now) return end(customer, agreement, today)
  stopBilling(customer, agreement, today)
}

/** It renews as if it had never been cancelled. */
export function undo(agreement: ModelAgreement): void {
  agreement.cancelOn = null
  resume(agreement)
}

/** Agreements whose last day is over end, and so do their servers. */
export function endCancelled(customer: ModelCustomer, today: Temporal.PlainDate): void {
  for (const agreement of customer.agreements)
    if (agreement.state !== 'cancelled' && agreement.cancelOn && isBy(agreement.cancelOn, today))
      end(customer, agreement, today)
}

/** An agreement is over, and what it was for is gone. */
export function end(customer: ModelCustomer, agreement: ModelAgreement, today: Temporal.PlainDate): void {
  agreement.state = 'cancelled'
  if (agreement.hasService) customer.isTerminated = true
  stopBilling(customer, agreement, today)
}

function stopBilling(customer: ModelCustomer, agreement: ModelAgreement, today: Temporal.PlainDate): void {
  agreement.nextBillingOn = null
  const currencies = withdraw(customer, agreement)
  for (const document of openDocumentsOf(customer, agreement)) currencies.push(...takeBack(customer, document))
  agreement.nextBillingOn = null
  for (const currency of new Set(currencies)) giveCredit(customer, { currency, amountMinor: 0n }, today)
}
