import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { readClockOffset, writeClockOffset } from '#platform/clock-row.ts'
import { Problem } from '#platform/problem.ts'
import { requirePermission } from './permissions.ts'

/** Farther ahead, dates leave what mails, PDFs and card expiry can show. */
const FARTHEST: Temporal.DurationLike = { years: 10 }

/**
 * Moves business time forward by a duration (ISO 8601, such as `P1D` or `PT2H`; months and years by the calendar in UTC),
 * or back to the present with `reset`. Every process follows within half a second. Gives the seconds business time is
 * ahead of the wall clock now. Throws `clock_fixed` outside simulated mode, `duration_invalid`, `clock_too_far`.
 */
export async function moveClock(app: App, actor: Actor, input: { by: string } | 'reset'): Promise<number> {
  requirePermission(actor, 'clock.move')
  if (app.config.mode !== 'simulated')
    throw new Problem('conflict', 'clock_fixed', 'The clock can be moved in simulated mode only.')
  await app.transaction(actor, async (tx) => {
    const seconds = input === 'reset' ? 0 : app.clock.offsetSeconds() + secondsAfter(tx.now, input.by)
    if (seconds > secondsIn(app.clock.wallClock(), Temporal.Duration.from(FARTHEST)))
      throw new Problem(
        'conflict',
        'clock_too_far',
        'Business time may be at most ten years ahead. Reset the clock first.',
      )
    await writeClockOffset(tx, seconds)
  })
  const offset = await readClockOffset(app.database)
  app.clock.setOffsetSeconds(offset)
  return offset
}

function secondsAfter(now: Temporal.Instant, text: string): number {
  const duration = durationOf(text)
  if (!duration || duration.sign <= 0)
    throw new Problem(
      'invalid',
      'duration_invalid',
      'Give a time span forward, such as P1D for a day or PT2H for two hours.',
    )
  return secondsIn(now, duration)
}

function durationOf(text: string): Temporal.Duration | undefined {
  try {
    return Temporal.Duration.from(text)
  } catch {
    return undefined // Not a duration; the caller says so.
  }
}

function secondsIn(from: Temporal.Instant, duration: Temporal.Duration): number {
  const zoned = from.toZonedDateTimeISO('UTC')
  try {
    return Math.round(zoned.until(zoned.add(duration)).total({ unit: 'seconds', relativeTo: zoned }))
  } catch {
    return Number.MAX_SAFE_INTEGER // Beyond every calendar.
  }
}
