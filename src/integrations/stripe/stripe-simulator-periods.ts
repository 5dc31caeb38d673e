import type { Price } from './stripe-simulator-memory.ts'

/** Periods of subscriptions, counted from their anchor in UTC, so that a 31st comes back after a short month. */

type Recurring = NonNullable<Price['recurring']>

function after(anchor: number, recurring: Recurring, times: number): number {
  const count = recurring.interval_count * times
  const start = Temporal.Instant.fromEpochMilliseconds(anchor * 1000).toZonedDateTimeISO('UTC')
  const end = start.add({ [`${recurring.interval}s`]: count })
  return Math.floor(end.epochMilliseconds / 1000)
}

/** When the period that begins at `start` ends; Unix seconds. */
export function periodEnd(anchor: number, recurring: Recurring, start: number): number {
  for (let times = 1; ; times += 1) {
    const end = after(anchor, recurring, times)
    if (end > start) return end
  }
}
