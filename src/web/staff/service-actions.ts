import { data } from 'react-router'
import { z } from 'zod'
import { deleteBackup, keepBackup } from '#modules/provisioning/keep-backup.ts'
import { requestPowerAction } from '#modules/provisioning/request-power-action.ts'
import { resumeService } from '#modules/provisioning/resume-service.ts'
import { getService } from '#modules/provisioning/provisioning-queries.ts'
import { POWER_ACTIONS } from '#modules/provisioning/service.ts'
import { suspendService } from '#modules/provisioning/suspend-service.ts'
import { SUSPENSION_REASONS } from '#modules/provisioning/suspension.ts'
import { terminateService } from '#modules/provisioning/terminate-service.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

const PowerInput = z.object({ do: z.enum(POWER_ACTIONS) })
const SuspendInput = z.object({
  do: z.literal('suspend'),
  reason: z.enum(SUSPENSION_REASONS),
  note: z.string().min(3).max(500),
})
const ResumeInput = z.object({ do: z.literal('resume'), reason: z.enum(SUSPENSION_REASONS) })
const TerminateInput = z.object({
  do: z.literal('terminate'),
  confirmation: z.string().max(300).default(''),
  approved: z.literal('yes').optional(),
  withoutBackup: z.literal('yes').optional(),
})

const KeepInput = z.object({ do: z.literal('keep-backup'), until: z.iso.date() })

type ServiceRefusal = FormState & {
  /** The house is being emptied faster than a fault of ours may: a person has to say that it is meant. */
  needsApproval?: boolean
}

/** Does what a form on the service's page asked for. A refusal comes back as the page's own data. */
export async function actOnService(scope: StaffScope, serviceId: string, form: FormData, locale: Locale) {
  const asked = form.get('do')
  try {
    if (asked === 'suspend') return await suspend(scope, serviceId, form, locale)
    if (asked === 'resume') return await resume(scope, serviceId, form, locale)
    if (asked === 'keep-backup') return await keep(scope, serviceId, form, locale)
    if (asked === 'delete-backup') return await removeBackup(scope, serviceId)
    if (asked === 'terminate') return await terminate(scope, serviceId, form, locale)
    return await power(scope, serviceId, form, locale)
  } catch (error) {
    if (!isProblem(error) || error.kind === 'forbidden' || error.kind === 'not_found') throw error
    const refused: ServiceRefusal = refusedForm(error, form, locale)
    return data({ ...refused, needsApproval: error.code === 'termination_needs_approval' }, formStatus(error))
  }
}

type Act = (scope: StaffScope, serviceId: string, form: FormData, locale: Locale) => Promise<unknown>

const underWay = (serviceId: string): Response => redirectWithFlash(paths.staffService(serviceId), 'actionQueued')
const invalid = (state: FormState) => data<ServiceRefusal>(state, 422)

const power = (async ({ app, actor }, serviceId, form, locale) => {
  const parsed = parseForm(PowerInput, form, locale)
  if (!parsed.ok) return invalid(parsed)
  await requestPowerAction(app, actor, { serviceId, action: parsed.value.do })
  return underWay(serviceId)
}) satisfies Act

const suspend = (async ({ app, actor }, serviceId, form, locale) => {
  const parsed = parseForm(SuspendInput, form, locale)
  if (!parsed.ok) {
    const missing = { note: staffServicesMessages[locale].services.noteMissing }
    return invalid(parsed.errors['note'] ? { ...parsed, errors: { ...parsed.errors, ...missing } } : parsed)
  }
  const { reason, note } = parsed.value
  await suspendService(app, actor, { serviceId, reason, note })
  return underWay(serviceId)
}) satisfies Act

const resume = (async ({ app, actor }, serviceId, form, locale) => {
  const parsed = parseForm(ResumeInput, form, locale)
  if (!parsed.ok) return invalid(parsed)
  await resumeService(app, actor, { serviceId, reason: parsed.value.reason })
  return underWay(serviceId)
}) satisfies Act

const keep = (async ({ app, actor }, serviceId, form, locale) => {
  const parsed = parseForm(KeepInput, form, locale)
  if (!parsed.ok) return invalid(parsed)
  await keepBackup(app, actor, { serviceId, until: Temporal.PlainDate.from(parsed.value.until) })
  return redirectWithFlash(paths.staffService(serviceId), 'saved')
}) satisfies Act

const removeBackup = (async ({ app, actor }, serviceId) => {
  await deleteBackup(app, actor, { serviceId })
  return underWay(serviceId)
}) satisfies Act

const terminate = (async ({ app, actor }, serviceId, form, locale) => {
  const parsed = parseForm(TerminateInput, form, locale)
  if (!parsed.ok) return invalid(parsed)
  const { hostname } = await getService(app, actor, serviceId)
  const { confirmation, approved, withoutBackup } = parsed.value
  if (confirmation !== hostname)
    return invalid({
      ok: false,
      errors: {},
      values: {},
      message: staffServicesMessages[locale].services.mistyped(hostname),
    })
  const { approvalId } = await terminateService(app, actor, {
    serviceId,
    approved: approved === 'yes',
    ...(withoutBackup === 'yes' ? { withoutBackup: true } : {}),
  })
  return approvalId ? redirectWithFlash(paths.staffService(serviceId), 'approvalAsked') : underWay(serviceId)
}) satisfies Act
