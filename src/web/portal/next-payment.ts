import type { UpcomingPayment } from '#modules/billing/list-upcoming-payments.ts'

/** The next payment of a customer: what falls due on the soonest day in the currency of the first. Wants them in order. */
export function nextOf(
  upcoming: readonly Pick<UpcomingPayment, 'amountMinor' | 'currency' | 'on'>[],
): { amountMinor: bigint; currency: string; on: Temporal.PlainDate } | undefined {
  const [first] = upcoming
  if (!first) return undefined
  const { currency, on } = first
  const together = upcoming.filter((each) => each.currency === currency && each.on.equals(on))
  return { amountMinor: together.reduce((sum, each) => sum + each.amountMinor, 0n), currency, on }
}
