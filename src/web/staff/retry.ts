import { data } from 'react-router'
import { z } from 'zod'
import { retryQueuedJob } from '#modules/accounts/queued-jobs.ts'
import { retryProcedure } from '#modules/provisioning/retry-procedure.ts'
import { retryService } from '#modules/provisioning/retry-service.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { redirectWithFlash } from '../flash.ts'
import { formStatus } from '../problems.ts'
import { parseForm, refusedForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

const RetryInput = z.object({
  do: z.literal('retry'),
  what: z.enum(['service', 'procedure', 'job']),
  id: z.string().max(100),
})

/**
 * Sets a failed service, a stuck procedure or a job that was set aside going again, and returns to `back`. Whoever comes
 * second reads that it goes already.
 */
export async function retry({ app, actor }: StaffScope, form: FormData, locale: Locale, back: string) {
  const parsed = parseForm(RetryInput, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { what, id } = parsed.value
  try {
    if (what === 'service') await retryService(app, actor, { serviceId: id })
    else if (what === 'procedure') await retryProcedure(app, actor, { procedureId: id })
    else await retryQueuedJob(app, actor, { jobId: id })
  } catch (error) {
    if (!isProblem(error) || error.kind === 'forbidden') throw error
    return data(refusedForm(error, form, locale), formStatus(error))
  }
  return redirectWithFlash(back, 'retryQueued')
}
