import { setTimeout as pause } from 'node:timers/promises'
import type { CompiledQuery } from 'kysely'
import { type Actor, actorId, actorKind } from '#platform/actor.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database, Db, Session } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { logScope } from '#platform/log.ts'
import type { Job, QueuedJob, Queue } from '#platform/queue.ts'

/** What an event may carry: whose it is, and how the subject looked before and after. Plain JSON, never a secret. */
type EventDetail = { customerId?: string; before?: object; after?: object }

/** One unit of work. Events and jobs exist only here, so they commit with the data or not at all. */
export type Tx = {
  db: Db
  now: Temporal.Instant
  actor: Actor
  emit(event: string, subjectId: string, detail?: EventDetail): Promise<void>
  enqueue<P extends object>(job: Job<P>, payload: P, options?: EnqueueOptions): Promise<void>
  /** A write whose answer nobody waits for: it goes with the next statement and has succeeded when the transaction has. */
  along(write: Write): void
  /** Puts a message that was set aside back into its line, as it was. */
  requeue(message: object): Promise<void>
}

/** A statement built here, or a fixed text with its parameters: on a busy path building costs more than running. */
type Write = { compile(): Statement } | Statement
type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>

/** `afterSeconds` counts on the wall clock: for pauses, never for a business date. */
export type EnqueueOptions = { afterSeconds?: number }

type EmittedEvent = { eventId: string; name: string; subjectId: string; customerId: string | undefined }

/** Which jobs the events of one transaction start; their payload is the event, or several of a kind. */
export type Reactions = (events: readonly EmittedEvent[]) => QueuedJob[]

export type RunTransaction = <T>(actor: Actor, work: (tx: Tx) => Promise<T>) => Promise<T>

const RETRIES = 3
const APART_MS = 30
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
        if (!RETRYABLE.has(codeOf(error)) || attempt >= RETRIES) throw error
        // Two that fell over each other must not meet again at the same step.
        await pause(Math.random() * APART_MS * attempt)
      }
    }
  }
}

async function once<T>(
  { database, clock, queue, reactions }: Parameters<typeof transactions>[0],
  actor: Actor,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const session = await database.begin()
  const scope = logScope.getStore()
  const origin = {
    actor,
    now: clock.now(),
    requestId: scope?.requestId ?? scope?.jobId ?? null,
    address: scope?.address ?? null,
  }
  const events: NewEvent[] = []
  const jobs: QueuedJob[] = []
  try {
    const result = await work(openTx(session, { origin, queue, events, jobs }))
    jobs.push(...reactions(events))
    // Written once, at the end, and sent together with the commit: two statements however much happened.
    if (events.length > 0) session.along(insertion(events, origin))
    if (jobs.length > 0) await queue.insert(session, jobs, actor)
    await session.commit()
    queue.ring(new Set(jobs.filter(({ options }) => !options?.afterSeconds).map(({ job }) => job.queue)), session)
    return result
  } catch (error) {
    await session.rollback()
    throw error
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

type NewEvent = EmittedEvent & { before: object | undefined; after: object | undefined }

/** Who is behind all that one transaction tells of, and when. */
type Origin = { actor: Actor; now: Temporal.Instant; requestId: string | null; address: string | null }

/** One text for any number of events, so that the database plans it once. */
function insertion(events: readonly NewEvent[], { actor, now, requestId, address }: Origin): Statement {
  const json = (key: 'before' | 'after'): (string | null)[] =>
    events.map((event) => (event[key] ? JSON.stringify(event[key], plain) : null))
  return {
    sql: `insert into events (id, name, subject_id, customer_id, before, after, actor_kind, actor_id, request_id, address, created_at)
      select e.*, $7, $8, $9, $10, $11::timestamptz
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[]) as e`,
    parameters: [
      events.map(({ eventId }) => eventId),
      events.map(({ name }) => name),
      events.map(({ subjectId }) => subjectId),
      events.map(({ customerId }) => customerId ?? null),
      json('before'),
      json('after'),
      actorKind(actor),
      actorId(actor),
      requestId,
      address,
      now,
    ],
  }
}

function openTx(
  session: Session,
  {
    origin: { actor, now },
    queue,
    events,
    jobs,
  }: { origin: Origin; queue: Queue; events: NewEvent[]; jobs: QueuedJob[] },
): Tx {
  return {
    db: session.db,
    now,
    actor,
    emit: async (name, subjectId, { customerId, before, after } = {}) => {
      events.push({
        eventId: newId('evt'),
        name,
        subjectId,
        customerId: customerId ?? (actor.kind === 'user' ? actor.customerId : undefined),
        before,
        after,
      })
    },
    enqueue: async (job, payload, options = {}) => {
      jobs.push({ job, payload, options })
    },
    along: (write) => {
      session.along('compile' in write ? write.compile() : write)
    },
    requeue: (message) => queue.requeue(session, message),
  }
}

/** Events are read by people and programs: amounts as numbers, times as text. */
const plain = (_key: string, part: unknown): unknown => (typeof part === 'bigint' ? Number(part) : part)
