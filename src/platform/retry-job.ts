import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

/**
 * Puts a job that was set aside back into its line, with all its tries. Who may is for the caller to ask. Throws
 * `job_not_found`.
 */
export async function retryJob(app: App, actor: Actor, input: { jobId: string }): Promise<void> {
  const missing = (): Problem => new Problem('not_found', 'job_not_found', 'There is no such job set aside.')
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(input.jobId)) throw missing()
  await app.transaction(actor, async (tx) => {
    const { rows } = await sql<{ data: object; job: string }>`
      delete from queue.job where name = 'dead' and id = ${input.jobId}::uuid and state in ('created', 'retry')
      returning data, data->>'job' as job`.execute(tx.db)
    const [dead] = rows
    if (!dead) throw missing()
    await tx.requeue(dead.data)
    await tx.emit('job.retried', input.jobId, { after: { job: dead.job } })
  })
}
