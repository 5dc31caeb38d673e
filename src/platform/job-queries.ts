import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { QUEUES } from '#platform/queue.ts'

type JobState = 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'

/** A job as staff see it. `queue` is `dead` for one that was set aside: its tries and its error are those of its last line. */
export type JobRow = {
  id: string
  queue: string
  job: string
  state: JobState
  tries: number
  payload: unknown
  error: string | null
  createdAt: Temporal.Instant
  startAfter: Temporal.Instant
  completedAt: Temporal.Instant | null
}

const COLUMNS = sql`id::text as id, name as queue, coalesce(data->>'job', name) as job, state::text as state,
  coalesce(source_retry_count, retry_count) + 1 as tries,
  data->'payload' as payload, coalesce(output, source_output)->>'message' as error, created_on as created_at, start_after, completed_on as completed_at`

/** Our own lines; the queue keeps house in others. */
const LINES = Object.keys(QUEUES)

export type JobFilter = PageFilter & { view: 'dead' | 'waiting' | 'done'; search?: string | undefined }

/** Jobs set aside, jobs that wait or run, or jobs that are done; newest first. `search` is the beginning of a job's name. */
export async function listJobs(database: Database, filter: JobFilter): Promise<Page<JobRow>> {
  const views = {
    dead: sql`name = 'dead' and state in ('created', 'retry')`,
    waiting: sql`name = any(${LINES}::text[]) and state in ('created', 'retry', 'active')`,
    done: sql`name = any(${LINES}::text[]) and state in ('completed', 'failed', 'cancelled')`,
  }
  const after = filter.after === undefined ? undefined : /^(\d+)-([0-9a-f-]{36})$/.exec(filter.after)
  const { rows } = await sql<JobRow>`select ${COLUMNS} from queue.job where ${views[filter.view]}
    ${filter.search ? sql`and data->>'job' ^@ ${filter.search}` : sql``}
    ${after ? sql`and (created_on, id) < (to_timestamp(${after[1]}::numeric / 1000000), ${after[2]}::uuid)` : sql``}
    order by created_on desc, id desc limit ${filter.limit + 1}`.execute(database.db)
  return pageOf(rows, filter.limit, (row) => `${row.createdAt.epochNanoseconds / 1000n}-${row.id}`)
}

/** How many jobs wait, run and are set aside, by line. */
export async function countJobs(database: Database): Promise<{ queue: string; waiting: number; active: number }[]> {
  const { rows } = await sql<{ queue: string; waiting: number; active: number }>`
    select name as queue, count(*) filter (where state in ('created', 'retry'))::int as waiting,
      count(*) filter (where state = 'active')::int as active
    from queue.job where name = any(${[...Object.keys(QUEUES), 'dead']}::text[]) and state in ('created', 'retry', 'active') group by name order by name`.execute(
    database.db,
  )
  return rows
}
