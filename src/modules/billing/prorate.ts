import { allocate, roundHalfUp } from '#platform/money.ts'

/**
 * A period that has been paid for, or what is left of one: `[start, end)` in days of the seller's time zone. `paidMinor` is
 * what was really paid, net of discounts, for the days from `from` on.
 */
export type PaidSpan = {
  start: Temporal.PlainDate
  end: Temporal.PlainDate
  from: Temporal.PlainDate
  paidMinor: bigint
}

/** What a change comes to in one paid period: the days that are left of it, what they were worth, and what they cost anew. */
export type ProratedSpan = {
  start: Temporal.PlainDate
  end: Temporal.PlainDate
  /** The first day of the new agreement in this period: the day of the change itself belongs to it. */
  from: Temporal.PlainDate
  /** Days from `from` to the end, of this many in the whole period. */
  days: number
  ofDays: number
  /** What was paid, and for how many days, of which `days` are not used. */
  paidMinor: bigint
  paidDays: number
  creditMinor: bigint
  /** What the whole period costs from now on, and these days of it. */
  wholeMinor: bigint
  chargeMinor: bigint
}

/** Calendar days between two days; whatever the clocks do in between, each counts once. */
export const daysBetween = (from: Temporal.PlainDate, until: Temporal.PlainDate): number =>
  from.until(until, { largestUnit: 'days' }).days

/**
 * What changing on a day costs in each of the periods paid for, in minor units: credit for the unused days of what was really
 * paid, and the same days at the new price of a whole period, which may be another for each because of its discounts, each rounded half up once. Periods that are over are left out.
 * What was paid and what is charged for the same days at the same price is the same to the cent, so there and back is zero.
 */
export function prorate<S extends PaidSpan>(
  spans: readonly S[],
  on: Temporal.PlainDate,
  newPeriodMinor: bigint | ((span: S) => bigint),
): ProratedSpan[] {
  return spans
    .filter((span) => Temporal.PlainDate.compare(on, span.end) < 0)
    .map((span) => {
      const { start, end, from: paidFrom, paidMinor } = span
      const wholeMinor = typeof newPeriodMinor === 'bigint' ? newPeriodMinor : newPeriodMinor(span)
      const from = Temporal.PlainDate.compare(on, start) > 0 ? on : start
      const [days, ofDays] = [daysBetween(from, end), daysBetween(start, end)]
      const paidDays = daysBetween(paidFrom, end)
      return {
        start,
        end,
        from,
        days,
        ofDays,
        paidMinor,
        paidDays,
        creditMinor: roundHalfUp(paidMinor * BigInt(days), BigInt(paidDays)),
        wholeMinor,
        chargeMinor: roundHalfUp(wholeMinor * BigInt(days), BigInt(ofDays)),
      }
    })
}

/** Periods whose credit together is at most this: what has been sent back already is not given a second time. Minor units. */
export function limitCredit(periods: readonly ProratedSpan[], mostMinor: bigint): ProratedSpan[] {
  const credits = periods.map(({ creditMinor }) => creditMinor)
  if (credits.reduce((sum, credit) => sum + credit, 0n) <= mostMinor) return [...periods]
  const given = allocate(mostMinor, credits)
  return periods.map((period, index) => ({ ...period, creditMinor: given[index]! }))
}

/** The periods as they stand once the change is paid: the days that are left, at what they were charged. */
export const spansAfter = (prorated: readonly ProratedSpan[]): PaidSpan[] =>
  prorated.map(({ start, end, from, chargeMinor }) => ({ start, end, from, paidMinor: chargeMinor }))

/**
 * Sets credit for parts against the charge for parts: first a part against itself, then what is left against the other charges
 * in proportion. Gives what each charge still comes to, and the credit that nothing is left to take it. Loses and invents nothing.
 */
export function settleParts(
  charges: readonly { key: string; amountMinor: bigint }[],
  credits: readonly { key: string; amountMinor: bigint }[],
): { dueMinor: bigint[]; leftMinor: bigint } {
  const left = new Map<string, bigint>()
  for (const { key, amountMinor } of credits) left.set(key, (left.get(key) ?? 0n) + amountMinor)
  const open = charges.map(({ key, amountMinor }) => {
    const credit = left.get(key) ?? 0n
    const taken = credit < amountMinor ? credit : amountMinor
    left.set(key, credit - taken)
    return amountMinor - taken
  })
  const pool = [...left.values()].reduce((a, b) => a + b, 0n)
  const sum = open.reduce((a, b) => a + b, 0n)
  if (pool >= sum) return { dueMinor: open.map(() => 0n), leftMinor: pool - sum }
  const shares = allocate(pool, open)
  return { dueMinor: open.map((amount, index) => amount - shares[index]!), leftMinor: 0n }
}
