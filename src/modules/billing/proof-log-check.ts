import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'

/**
 * I38: a proof that ended counts what it found; what is still open was seen by the last one that compared everything; and no
 * proof or repair is under way without a job that ends it.
 */
export async function checkProofs(app: App): Promise<Finding[]> {
  const late = app.clock.now().subtract({ hours: 2 })
  const { rows } = await sql<{ subjectId: string; detail: string }>`
    select r.id as subject_id, 'it counts ' || r.findings || ' differences and names ' || count(f.run_id) as detail
    from proof_runs r left join proof_run_findings f on f.run_id = r.id where r.state <> 'running'
    group by r.id having r.findings <> count(f.run_id)
    union all
    select f.id, 'the proof after the one that found it ended, and it is still open' from proof_findings f
    where f.state = 'open' and exists (select from proof_runs r where r.state in ('green', 'red') and r.created_at > f.seen_at and r.id <> f.last_run_id
      and r.compared)
    union all
    select r.id, 'it is under way since ' || r.created_at || ' and no job goes on with it' from proof_runs r
    where r.state = 'running' and r.updated_at < ${late} and not exists (
      select from queue.job j where j.data->>'job' = 'billing.run-proof' and j.data->'payload'->>'proofRunId' = r.id
        and j.state in ('created', 'retry', 'active', 'failed'))
    union all
    select f.id, 'its repair is under way since ' || f.updated_at from proof_findings f
    where f.state = 'repairing' and f.updated_at < ${late}`.execute(app.db)
  return rows.map(({ subjectId, detail }) => ({
    invariant: 'I38',
    subjectId,
    message: `Proof of money, ${subjectId}: ${detail}.`,
  }))
}
