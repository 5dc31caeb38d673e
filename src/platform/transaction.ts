import type { Transaction as KyselyTransaction } from 'kysely'
import { type Actor, actorId } from '#platform/actor.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { logScope } from '#platform/log.ts'
import type { Job, QueuedJob, Queue } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'

/** What an event may carry: whose it is, and how the subject looked before and after. Plain JSON, never a secret. */
export type EventDetail = { customerId?: string; before?: object; after?: object }

/** One unit of work. Events and jobs exist only here, so they commit with the data or not at all. */
export type Tx = {
  db: KyselyTransaction<Schema>
  now: Temporal.Instant
  actor: Actor
  emit(event: string, subjectId: string, detail?: EventDetail): Promise<void>
  enqueue<P extends object>(job: Job<P>, payload: P, options?: EnqueueOptions): Promise<void>
  /** A write whose answer nobody waits for: it is sent at once and has succeeded before the commit. */
  along(write: Promise<unknown>): void
  /** Puts a message that was set aside back into its line, as it was. */
  requeue(message: object): Promise<void>
}

/** `afterSeconds` counts on the wall clock: for pauses, never for a business date. */
export type EnqueueOptions = { afterSeconds?: number }

export type EmittedEvent = { eventId: string; name: string; subjectId: string; customerId: string | undefined }

/** Which jobs an event starts; their payload is the event. */
export type Reactions = (event: EmittedEvent) => QueuedJob[]

export type RunTransaction = <T>(actor: Actor, work: (tx: Tx) => Promise<T>) => Promise<T>

const RETRIES = 3
const RETRYABLE = new Set(['40001', '40P01'])

/** Deadlocks and serialization failures are tried again: a command has no effect outside its transaction. */
export function transactions(deps: {
  database: Database
  clock: Clock
  queue: Queue
  reactions: Reactions
}): RunTransaction {
  return async (actor, work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(deps, actor, work)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : ''
        if (!RETRYABLE.has(code) || attempt >= RETRIES) throw error
      }
    }
  }
}

async function once<T>(
  { database, clock, queue, reactions }: Parameters<typeof transactions>[0],
  actor: Actor,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const jobs: QueuedJob[] = []
  const result = await database.db.transaction().execute(async (db) => {
    const events: Parameters<typeof insertEvents>[1] = []
    const writes: Promise<unknown>[] = []
    const now = clock.now()
    const requestId = logScope.getStore()?.requestId ?? logScope.getStore()?.jobId ?? null
    const tx: Tx = {
      db,
      now,
      actor,
      emit: async (name, subjectId, detail = {}) => {
        const id = newId('evt')
        const customerId = detail.customerId ?? (actor.kind === 'user' ? actor.customerId : undefined)
        events.push({
          id,
          name,
          subjectId,
          customerId: customerId ?? null,
          actorKind: actor.kind,
          actorId: actorId(actor),
          requestId,
          before: detail.before ? toJson(detail.before) : null,
          after: detail.after ? toJson(detail.after) : null,
          createdAt: now,
        })
        jobs.push(...reactions({ eventId: id, name, subjectId, customerId }))
      },
      enqueue: async (job, payload, options = {}) => {
        jobs.push({ job, payload, options })
      },
      along: (write) => {
        // Its failure is told below; until then it must not count as unhandled.
        write.catch(() => undefined)
        writes.push(write)
      },
      requeue: (message) => queue.requeue(db, message),
    }
    const done = await work(tx)
    // Written once, at the end, in one go: two statements however much happened.
    if (events.length > 0) writes.push(insertEvents(db, events))
    if (jobs.length > 0) writes.push(queue.insert(db, jobs, actor))
    await settle(writes)
    return done
  })
  queue.ring(new Set(jobs.filter(({ options }) => !options?.afterSeconds).map(({ job }) => job.queue)))
  return result
}

/** Waits for all, so that none is still under way when the transaction ends; then tells the first failure. */
async function settle(writes: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(writes)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

const insertEvents = (db: KyselyTransaction<Schema>, rows: Omit<Schema['events'], 'sequence' | 'transaction'>[]) =>
  db.insertInto('events').values(rows).execute()

/** Events are read by people and programs: amounts and times as text. */
const toJson = (value: object): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? Number(part) : part))
