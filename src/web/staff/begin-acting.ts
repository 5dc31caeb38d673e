import { data, redirect, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { beginImpersonation } from '#modules/accounts/begin-impersonation.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import { staffScope } from './access.ts'

const Input = z.object({ do: z.literal('act'), reason: z.string().min(3).max(500) })

/** Begins to look as a customer, for the form of ActAs. */
export async function beginActing(context: Readonly<RouterContextProvider>, customerId: string, form: FormData) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  try {
    const { approvalId } = await beginImpersonation(app, actor, { customerId, reason: parsed.value.reason })
    if (approvalId) return redirectWithFlash(paths.staffApprovals(), 'approvalAsked')
  } catch (error) {
    if (!isProblem(error) || error.kind === 'forbidden' || error.kind === 'not_found') throw error
    return data<FormState>(refusedForm(error, form, locale), formStatus(error))
  }
  return redirect(paths.portal())
}
