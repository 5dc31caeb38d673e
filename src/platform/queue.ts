import { type Db, type JobResult, type JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actorId } from '#platform/actor.ts'
import type { Session } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { createQueueBell } from '#platform/queue-bell.ts'
import { type Log, logScope } from '#platform/log.ts'
import { inBackground } from '#platform/pace.ts'
import type { Metrics } from '#platform/metrics.ts'
import type { EnqueueOptions } from '#platform/transaction.ts'

/** Lines in which jobs wait. Each has its own patience and its own hands, so that slow mail never holds up money. Nobody waits for
 * what is in the background: its calls leave room for those that somebody does wait for. */
export const QUEUES = {
  billing: { retryLimit: 12, retryDelay: 1, retryDelayMax: 600, hands: 3 },
  // The night's charges wait for the gateway, and must not keep those who are paying now from being told.
  charges: { retryLimit: 12, retryDelay: 2, retryDelayMax: 3_600, hands: 2, background: true },
  provisioning: { retryLimit: 12, retryDelay: 1, retryDelayMax: 60, hands: 4 },
  notifications: { retryLimit: 12, retryDelay: 5, retryDelayMax: 14_400, hands: 2 },
  // Whom we ask questions that may take half a minute each to be answered.
  registries: { retryLimit: 4, retryDelay: 5, retryDelayMax: 600, hands: 2 },
  // What is listed and copied from the gateway while nobody waits for it.
  gateway: { retryLimit: 4, retryDelay: 10, retryDelayMax: 600, hands: 1, background: true },
  maintenance: { retryLimit: 2, retryDelay: 5, retryDelayMax: 60, hands: 1 },
  // Takes minutes, and one at a time is enough.
  forecasts: { retryLimit: 2, retryDelay: 5, retryDelayMax: 60, hands: 1, patienceSeconds: 7_200 },
} as const
type QueueName = keyof typeof QUEUES
const DEAD = 'dead'
/** How long one try of a job may take. */
const PATIENCE_SECONDS = 900
const SCHEMA = 'queue'
// Processes that start together take turns: two grants on one table at once fail in PostgreSQL ("tuple concurrently updated").
const GRANTS = `select pg_advisory_xact_lock(hashtext('queue-grants')); grant usage on schema ${SCHEMA} to ez_customer; grant select, insert, update, delete on all tables in schema ${SCHEMA} to ez_customer`
const BATCH = 5

/** Queued work. May run twice; throwing means "try again later"; after the last try it is set aside for staff. */
export type Job<P extends object> = {
  name: string
  queue: QueueName
  payload: z.ZodType<P>
  run(app: App, payload: P, signal: AbortSignal): Promise<void>
}

export const job = <P extends object>(definition: Job<P>): Job<P> => definition

export type QueuedJob = { job: Job<object>; payload: object; options?: EnqueueOptions }

const Envelope = z.object({
  queue: z.enum(Object.keys(QUEUES) as [QueueName, ...QueueName[]]),
  job: z.string(),
  payload: z.looseObject({}),
  requestId: z.string().nullable(),
  by: z.string(),
})
type Envelope = z.output<typeof Envelope>

export type Queue = {
  /** Sends jobs along with the caller's transaction; its commit tells whether they are in. */
  insert(session: Session, jobs: QueuedJob[], actor: Actor): Promise<void>
  /** Puts a whole message back into a line, with the caller's transaction. */
  requeue(session: Session, message: object): Promise<void>
  /** Wakes the workers of these lines, for what was inserted along with that session; for after the commit. */
  ring(queues: Iterable<string>, session?: Session): void
  /** Whether jobs can be put in. */
  isReady(): Promise<boolean>
}

/** The queue in its tables, which workers work. */
export type WorkedQueue = Queue & {
  /** Begins to work the lines; several processes may. */
  work(app: App, jobs: readonly Job<never>[], schedule: readonly Scheduled[]): Promise<void>
  boss: PgBoss
  close(): Promise<void>
}

/** `cron` is in UTC, to the minute; `atStart` runs it too whenever a worker starts. */
export type Scheduled = { cron: string; job: Job<Record<string, never>>; atStart?: true }

/** Opens the queue's tables (made on first use). `supervise` also recovers jobs of dead workers; workers set it. */
export async function openQueue(options: {
  url: string
  log: Log
  metrics: Metrics
  supervise: boolean
}): Promise<WorkedQueue> {
  const { log } = options
  const boss = new PgBoss({
    connectionString: options.url,
    schema: SCHEMA,
    application_name: 'ez-queue',
    max: options.supervise ? 6 : 2,
    supervise: options.supervise,
    schedule: options.supervise,
    // Looked for often: with the heartbeat of ten seconds, work of a killed worker goes on within fifteen.
    monitorIntervalSeconds: 2,
    superviseIntervalSeconds: 1,
  })
  boss.on('error', (error) => {
    log.error({ err: error }, 'queue')
  })
  await boss.start()
  await createQueues(boss)
  // Work that a customer's user asks for is enqueued within their view of the rows.
  await boss.getDb().executeSql(GRANTS)
  const bell = createQueueBell(options.url, log)
  return {
    boss,
    ring: (queues) => {
      bell.ring(queues)
    },
    isReady: () => boss.isInstalled(),
    insert: (session, jobs, actor) => insertJobs(boss, session, jobs, actor),
    requeue: async (session, message) => {
      const envelope = Envelope.parse(message)
      await boss.send(envelope.queue, envelope, { db: alongWith(session) })
    },
    work: async (app, jobs, schedule) => {
      const workers = await startWorkers(boss, app, jobs, options)
      bell.listen((queue) => {
        for (const id of workers.get(queue) ?? []) boss.notifyWorker(id)
      })
      for (const {
        cron,
        job: { queue, name },
        atStart,
      } of schedule) {
        const message = { queue, job: name, payload: {}, requestId: null, by: 'schedule' } satisfies Envelope
        await boss.schedule(queue, cron, message, { tz: 'UTC', key: name.replaceAll('.', '-') })
        if (atStart) await boss.send(queue, message)
      }
    },
    close: async () => {
      await bell.close()
      await boss.stop({ graceful: true, timeout: 8_000 })
    },
  }
}

/** Each hand is a worker of its own, so that the bell can wake every one of them. Gives their ids by line. */
async function startWorkers(
  boss: PgBoss,
  app: App,
  jobs: readonly Job<never>[],
  tools: { log: Log; metrics: Metrics },
): Promise<Map<string, string[]>> {
  const byName = jobsByName(jobs)
  const how = {
    includeMetadata: true,
    batchSize: BATCH,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 1,
    perJobResults: true,
  } as const
  const workers = new Map<string, string[]>()
  for (const [name, { hands }] of Object.entries(QUEUES)) {
    const ids: string[] = []
    for (let hand = 0; hand < hands; hand += 1)
      ids.push(
        await boss.work(name, how, (batch: JobWithMetadata[]) =>
          Promise.all(batch.map((each) => runQueuedJob(app, byName, each, tools))),
        ),
      )
    workers.set(name, ids)
  }
  return workers
}

async function createQueues(boss: PgBoss): Promise<void> {
  const known = new Set((await boss.getQueues()).map((queue) => queue.name))
  if (!known.has(DEAD)) await boss.createQueue(DEAD, { retentionSeconds: 90 * 86_400 })
  for (const [name, line] of Object.entries(QUEUES)) {
    if (known.has(name)) continue
    const { retryLimit, retryDelay, retryDelayMax } = line
    await boss.createQueue(name, {
      retryLimit,
      retryDelay,
      retryDelayMax,
      retryBackoff: true,
      heartbeatSeconds: 10,
      expireInSeconds: 'patienceSeconds' in line ? line.patienceSeconds : PATIENCE_SECONDS,
      deadLetter: DEAD,
      deleteAfterSeconds: 7 * 86_400,
      retentionSeconds: 30 * 86_400,
    })
  }
}

async function insertJobs(boss: PgBoss, session: Session, jobs: QueuedJob[], actor: Actor): Promise<void> {
  const requestId = logScope.getStore()?.requestId ?? null
  for (const [queue, some] of Map.groupBy(jobs, (each) => each.job.queue)) {
    const messages = some.map(({ job: each, payload, options = {} }) => ({
      data: {
        queue,
        job: each.name,
        payload: each.payload.parse(payload) as Envelope['payload'],
        requestId,
        by: actorId(actor),
      } satisfies Envelope,
      ...(options.afterSeconds ? { startAfter: options.afterSeconds } : {}),
    }))
    await boss.insert(queue, messages, { db: alongWith(session) })
  }
}

/** Lets the library write along with the caller's transaction; the commit tells whether it could. */
const alongWith = (session: Session): Db => ({
  executeSql: (sql, parameters = []) => {
    session.along({ sql, parameters })
    return Promise.resolve({ rows: [] })
  },
})

export const jobsByName = (jobs: readonly Job<never>[]): ReadonlyMap<string, Job<object>> =>
  new Map(jobs.map((each) => [each.name, each as unknown as Job<object>]))

/** One try of one job: its outcome is told to the queue, the log and the metrics, never thrown. */
export async function runQueuedJob(
  app: App,
  jobs: ReadonlyMap<string, Job<object>>,
  found: Pick<JobWithMetadata, 'id' | 'data' | 'signal' | 'retryCount'>,
  { log, metrics }: { log: Log; metrics: Metrics },
): Promise<JobResult> {
  const started = performance.now()
  const read = Envelope.safeParse(found.data)
  const name = read.data?.job ?? 'unreadable'
  const requestId = read.data?.requestId
  return logScope.run({ jobId: newId('job'), job: name, ...(requestId ? { requestId } : {}) }, async () => {
    const record = (outcome: string, error?: unknown): void => {
      const seconds = (performance.now() - started) / 1000
      metrics.jobSeconds.observe({ job: name, outcome }, seconds)
      const line = { outcome, attempt: found.retryCount + 1, ms: Math.round(seconds * 1000) }
      if (error) log.warn({ ...line, err: error }, 'job')
      else log.info(line, 'job')
    }
    try {
      if (!read.success) throw new Error('This is no message of ours', { cause: read.error })
      const known = jobs.get(name)
      if (!known) throw new Error(`There is no job ${name} in this release`)
      const payload = known.payload.parse(read.data.payload)
      const run = (): Promise<void> => known.run(app, payload, found.signal)
      await ('background' in QUEUES[known.queue] ? inBackground(run) : run())
      record('completed')
      return { id: found.id, status: 'completed' }
    } catch (error) {
      record('failed', error)
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      return { id: found.id, status: 'failed', output: { message } }
    }
  })
}
