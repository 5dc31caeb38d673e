import { retryProcedure } from '#modules/provisioning/retry-procedure.ts'
import { retryService } from '#modules/provisioning/retry-service.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { retryJob } from '#platform/retry-job.ts'
import { openApp } from './environment.ts'
import { UsageError } from './usage.ts'

/** `ez retry ID`: a failed service (svc_…), a stuck procedure (prc_…) or a job that was set aside (its number). */
export async function run([id = '']: string[]): Promise<void> {
  if (!id) throw new UsageError('Usage: ez retry svc_… | prc_… | JOB')
  const app = await openApp('command')
  const actor = system('command line')
  try {
    if (id.startsWith('svc_')) await retryService(app, actor, { serviceId: id })
    else if (id.startsWith('prc_')) await retryProcedure(app, actor, { procedureId: id })
    else await retryJob(app, actor, { jobId: id })
    process.stdout.write('It is tried again.\n')
  } catch (error) {
    if (isProblem(error)) throw new UsageError(error.message, { cause: error })
    throw error
  } finally {
    await app.close()
  }
}
