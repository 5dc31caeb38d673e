import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import type { Finding } from '#platform/invariant.ts'

type Row = { subjectId: string; detail: string }
type Reader = { database: Database }

/** I18: an answer kept under a key is complete, and no key is left half-used for longer than a request can take. */
async function checkIdempotency({ database }: Reader): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select key as subject_id, actor_id as detail from idempotency_keys
    where (status is null) <> (answer is null) or (status is null and created_at < clock_timestamp() - interval '10 minutes')`.execute(
    database.db,
  )
  return rows.map(({ subjectId, detail }) => ({
    invariant: 'I18',
    subjectId,
    message: `The idempotency key ${subjectId} of ${detail} has no complete answer.`,
  }))
}

/** I19: every job has a future: it waits, runs, is done, or is set aside where staff see it or put it back; every procedure has a job. */
export async function checkJobs({ database }: Reader): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select j.id::text as subject_id, coalesce(j.data->>'job', j.name) || ' failed and is not among the set-aside jobs' as detail from queue.job j
    where j.state = 'failed' and j.name <> 'dead' and not exists (select from queue.job d where d.name = 'dead' and d.source_id = j.id)
      and not exists (select from queue.job again where again.data = j.data and again.created_on > j.created_on)
    union all
    select id::text, coalesce(data->>'job', name) || ' ran more often than allowed' from queue.job where retry_count > retry_limit
    union all
    select p.id, 'procedure ' || p.name || ' is ' || p.state || ' and no job will go on with it' from procedures p
    where p.state in ('running', 'compensating') and p.wake_at < clock_timestamp() - interval '2 minutes' and (p.lease_until is null or p.lease_until < clock_timestamp())
      and not exists (select from queue.job j where j.data->'payload'->>'procedureId' = p.id and j.state in ('created', 'retry', 'active'))`.execute(
    database.db,
  )
  return rows.map(({ subjectId, detail }) => ({ invariant: 'I19', subjectId, message: `${subjectId}: ${detail}.` }))
}

/** I20: nobody is told the same thing twice, and what is queued to be sent has a job that sends it. */
async function checkNotifications({ database }: Reader): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select min(id) as subject_id, count(*) || ' mails of ' || template || ' for one event' as detail from notifications
    group by event_id, recipient, template having count(*) > 1
    union all
    select n.id, n.template || ' is queued and no job will send it' from notifications n
    where n.state = 'queued' and not exists (
      select from queue.job j where j.data->'payload'->>'notificationId' = n.id and j.state in ('created', 'retry', 'active', 'failed'))`.execute(
    database.db,
  )
  return rows.map(({ subjectId, detail }) => ({ invariant: 'I20', subjectId, message: `${subjectId}: ${detail}.` }))
}

export const platformChecks = [checkIdempotency, checkJobs, checkNotifications]
