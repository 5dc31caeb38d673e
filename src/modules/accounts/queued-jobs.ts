import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { countJobs, type JobFilter, type JobRow, listJobs } from '#platform/job-queries.ts'
import type { Page } from '#platform/page.ts'
import { retryJob } from '#platform/retry-job.ts'
import { requirePermission } from './permissions.ts'

/** Staff: queued work, newest first. */
export async function listQueuedJobs(app: App, actor: Actor, filter: JobFilter): Promise<Page<JobRow>> {
  requirePermission(actor, 'job.read')
  return listJobs(app.database, filter)
}

/** Staff: how many jobs wait and run in each line; those set aside stand under `dead`. Lines without any are left out. */
export async function countQueuedJobs(
  app: App,
  actor: Actor,
): Promise<{ queue: string; waiting: number; active: number }[]> {
  requirePermission(actor, 'job.read')
  return countJobs(app.database)
}

/** Staff: puts a job that was set aside back into its line, with all its tries. Throws `job_not_found`. */
export async function retryQueuedJob(app: App, actor: Actor, input: { jobId: string }): Promise<void> {
  requirePermission(actor, 'job.retry')
  await retryJob(app, actor, input)
}
