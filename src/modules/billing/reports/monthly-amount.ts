import { roundHalfUp } from '#platform/money.ts'
import type { IntervalUnit } from '#platform/schema.ts'

/** How many periods of one unit a month has, as a fraction: a year is 12 months and 365 days. */
const PER_MONTH: Record<IntervalUnit, readonly [bigint, bigint]> = {
  day: [365n, 12n],
  week: [365n, 84n],
  month: [1n, 1n],
  year: [1n, 12n],
  // What is paid once does not recur.
  once: [0n, 1n],
}

/**
 * What a price per period comes to in a month, without tax where the price includes it. Minor units; exact until it is
 * rounded once, half up, for each agreement. Everything else about recurring revenue is a sum of these.
 */
export function monthlyAmount(price: {
  amountMinor: bigint
  intervalUnit: IntervalUnit
  intervalCount: number
  includedBasisPoints: number
}): bigint {
  const [periods, months] = PER_MONTH[price.intervalUnit]
  const whole = 10_000n + BigInt(price.includedBasisPoints)
  return roundHalfUp(price.amountMinor * periods * 10_000n, months * BigInt(price.intervalCount) * whole)
}
