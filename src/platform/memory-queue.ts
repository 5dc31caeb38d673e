import type { App } from '#app/app.ts'
import type { SetClock } from '#platform/clock.ts'
import type { Session } from '#platform/database.ts'
import type { QueuedJob, Queue } from '#platform/queue.ts'

/** A queue that is worked here and now, on a clock that is set: pauses pass by moving the clock to their end. */
export type MemoryQueue = Queue & {
  /**
   * Works until nothing is left that begins before `until`, and gives how many jobs that were. What fails is tried again
   * later; what fails for good is told to `onGivenUp`. Stops early once `signal` is aborted.
   */
  drain(app: App, until: Temporal.Instant, signal: AbortSignal): Promise<number>
}

type Waiting = { job: QueuedJob; tries: number; at: Temporal.Instant }

const TRIES = 6
const PAUSE_SECONDS = 60

/** `skips` names jobs that are of no use here; `hands` work side by side. */
export function createMemoryQueue(options: {
  clock: SetClock
  hands: number
  skips: ReadonlySet<string>
  onGivenUp: (jobName: string, error: unknown) => void
}): MemoryQueue {
  const { clock, hands, skips, onGivenUp } = options
  const line = createLine(clock)
  // A job exists once its transaction is committed, which `ring` tells.
  const held = new WeakMap<Session, QueuedJob[]>()

  async function workOne(app: App, { job, tries }: Waiting, signal: AbortSignal): Promise<void> {
    try {
      await job.job.run(app, job.payload, signal)
    } catch (error) {
      if (tries + 1 < TRIES) line.add(job, tries + 1, PAUSE_SECONDS * 2 ** tries)
      else onGivenUp(job.job.name, error)
    }
  }

  async function hand(app: App, signal: AbortSignal): Promise<number> {
    let worked = 0
    for (let next = line.take(); next; next = signal.aborted ? undefined : line.take()) {
      worked += 1
      await workOne(app, next, signal)
    }
    return worked
  }

  return {
    insert: (session, jobs) => {
      held.set(session, [...(held.get(session) ?? []), ...jobs.filter(({ job }) => !skips.has(job.name))])
      return Promise.resolve()
    },
    requeue: () => Promise.reject(new Error('Nothing is set aside in a queue in memory')),
    ring: (_queues, session) => {
      for (const job of (session && held.get(session)) ?? []) line.add(job, 0, job.options?.afterSeconds ?? 0)
      if (session) held.delete(session)
    },
    isReady: () => Promise.resolve(true),
    drain: async (app, until, signal) => {
      let worked = 0
      do {
        const done = await Promise.all(Array.from({ length: hands }, () => hand(app, signal)))
        worked += done.reduce((sum, each) => sum + each, 0)
      } while (!signal.aborted && (line.isReady() || line.wake(until)))
      return worked
    },
  }
}

/** Jobs in their order: those that may begin, and those that pause. */
function createLine(clock: SetClock) {
  let ready: Waiting[] = []
  let next = 0
  let later: Waiting[] = []
  return {
    add: (job: QueuedJob, tries: number, afterSeconds: number): void => {
      const waiting = { job, tries, at: clock.now().add({ seconds: afterSeconds }) }
      ;(afterSeconds > 0 ? later : ready).push(waiting)
    },
    isReady: () => next < ready.length,
    take: (): Waiting | undefined => {
      const first = ready[next]
      if (first) {
        next += 1
      } else {
        ready = []
        next = 0
      }
      return first
    },
    /** Moves the clock to the end of the first pause that ends before `until`; false when there is none. */
    wake: (until: Temporal.Instant): boolean => {
      const [first] = later.map(({ at }) => at).toSorted((a, b) => Temporal.Instant.compare(a, b))
      if (!first || Temporal.Instant.compare(first, until) >= 0) return false
      if (Temporal.Instant.compare(first, clock.now()) > 0) clock.goTo(first)
      const due = Map.groupBy(later, ({ at }) => Temporal.Instant.compare(at, clock.now()) <= 0)
      ready.push(...(due.get(true) ?? []))
      later = due.get(false) ?? []
      return true
    },
  }
}
