import { system } from '#platform/actor.ts'
import { readClockOffset, writeClockOffset } from '#platform/clock-row.ts'
import { openApp } from './environment.ts'
import { UsageError } from './usage.ts'

const USAGE = 'ez clock show | advance DURATION (such as P1D, PT2H or P1M) | reset'

/** `ez clock`: shows or moves business time; refused in production. */
export async function run([verb = 'show', duration = '']: string[]): Promise<void> {
  const app = await openApp('command')
  try {
    if (verb !== 'show') {
      if (app.config.mode === 'production') throw new UsageError('The clock cannot be moved in production.')
      const seconds =
        verb === 'reset'
          ? 0
          : verb === 'advance'
            ? secondsAfter(app.clock.now(), duration, app.clock.offsetSeconds())
            : undefined
      if (seconds === undefined) throw new UsageError(`Usage: ${USAGE}`)
      await app.transaction(system('clock'), (tx) => writeClockOffset(tx, seconds))
      app.clock.setOffsetSeconds(await readClockOffset(app.database))
    }
    process.stdout.write(`Business time is ${app.clock.now().toString({ smallestUnit: 'second' })}.\n`)
  } finally {
    await app.close()
  }
}

function secondsAfter(now: Temporal.Instant, duration: string, offset: number): number {
  const zoned = now.toZonedDateTimeISO('UTC')
  let step: Temporal.Duration
  try {
    step = Temporal.Duration.from(duration)
  } catch {
    throw new UsageError(`Usage: ${USAGE}`)
  }
  if (step.sign < 0)
    throw new UsageError('Business time moves forward only; go back to the present with: ez clock reset')
  return offset + Math.round(zoned.until(zoned.add(step)).total({ unit: 'seconds', relativeTo: zoned }))
}
