/**
 * The only place that asks what time it is. Business time (`now`) may be moved in simulated mode; wall-clock time is for
 * what the outside checks (signatures, expiry of hosted pages). Leases use the database's own clock.
 */
export type Clock = {
  now(): Temporal.Instant
  wallClock(): Temporal.Instant
  /** Seconds by which business time is ahead of the wall clock. */
  offsetSeconds(): number
  setOffsetSeconds(seconds: number): void
}

export function createClock(): Clock {
  let offset = 0
  const wallClock = (): Temporal.Instant => Temporal.Now.instant()
  return {
    now: () => (offset === 0 ? wallClock() : wallClock().add({ seconds: offset })),
    wallClock,
    offsetSeconds: () => offset,
    setOffsetSeconds: (seconds) => {
      offset = seconds
    },
  }
}

/** A clock that stands still until it is set, for a copy of the product whose days pass at once. */
export type SetClock = Clock & { goTo(moment: Temporal.Instant): void }

export function createSetClock(start: Temporal.Instant): SetClock {
  let moment = start
  return {
    now: () => moment,
    wallClock: () => moment,
    offsetSeconds: () => 0,
    setOffsetSeconds: () => undefined,
    goTo: (next) => {
      moment = next
    },
  }
}
