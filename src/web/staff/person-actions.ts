import { data } from 'react-router'
import { z } from 'zod'
import { changeStaffRole } from '#modules/accounts/change-staff-role.ts'
import { endStaff } from '#modules/accounts/end-staff.ts'
import { endStaffSessions } from '#modules/accounts/end-staff-sessions.ts'
import { resendStaffInvitation } from '#modules/accounts/invite-staff.ts'
import { resetStaffSecondFactor } from '#modules/accounts/reset-staff-second-factor.ts'
import { getStaff } from '#modules/accounts/staff-queries.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { redirectWithFlash } from '../flash.ts'
import { problemText } from '../messages/problems.ts'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

const Input = z.object({
  do: z.enum(['role', 'resend', 'sign-out', 'reset', 'end']),
  role: z.string().max(40).optional(),
  session: z
    .string()
    .regex(/^ses_[0-9a-z]{26}$/)
    .optional(),
  confirmation: z.string().max(300).optional(),
})

/** Does what a form on a colleague's page asked for. A refusal comes back as the page's own data. */
export async function actOnPerson({ app, actor }: StaffScope, userId: string, form: FormData, locale: Locale) {
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { role, session, confirmation, ...asked } = parsed.value
  const own = paths.staffPerson(userId)
  try {
    switch (asked.do) {
      case 'role':
        return redirectWithFlash(
          own,
          (await changeStaffRole(app, actor, { userId, role: role ?? '' })).approvalId
            ? 'approvalAsked'
            : 'staffChanged',
        )
      case 'resend':
        await resendStaffInvitation(app, actor, { userId })
        return redirectWithFlash(own, 'staffInvited')
      case 'sign-out':
        await endStaffSessions(app, actor, { userId, sessionId: session })
        return redirectWithFlash(own, 'sessionEnded')
      case 'reset':
        await resetStaffSecondFactor(app, actor, { userId })
        return redirectWithFlash(own, 'staffChanged')
      case 'end': {
        const { email } = await getStaff(app, actor, userId)
        if (confirmation !== email) return mistyped(staffPeopleMessages[locale].person.mistyped(email))
        await endStaff(app, actor, { userId })
        return redirectWithFlash(own, 'staffEnded')
      }
    }
  } catch (error) {
    if (!isProblem(error) || error.code === 'permission_denied' || error.kind === 'not_found') throw error
    return data<FormState>(
      { ...refusedForm(error, form, locale), message: problemText(error, locale) },
      formStatus(error),
    )
  }
}

const mistyped = (message: string) => data<FormState>({ ok: false, errors: {}, values: {}, message }, 422)
