import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { changeMemberRole } from '#modules/accounts/change-member-role.ts'
import { demandSecondFactor } from '#modules/accounts/demand-second-factor.ts'
import { inviteMember } from '#modules/accounts/invite-member.ts'
import { MEMBER_ROLES } from '#modules/accounts/member.ts'
import { leaveCustomer, removeMember } from '#modules/accounts/remove-member.ts'
import { revokeGrant } from '#modules/accounts/revoke-grant.ts'
import { revokeInvitation } from '#modules/accounts/revoke-invitation.ts'
import { isProblem } from '#platform/problem.ts'
import { accountFields } from '../auth/auth-form.ts'
import { redirectWithFlash } from '../flash.ts'
import type { FlashKey } from '../messages/flash.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { fieldText, type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import { portalScope } from './scope.ts'

type Context = Readonly<RouterContextProvider>
type Scope = ReturnType<typeof portalScope>
/** What the page's action answers when it refuses; `of` tells by which form. */
type TeamRefusal = FormState & { of: 'invite' | 'members' }

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`))
const role = z.enum(MEMBER_ROLES)

/** Everything but the invitation is a button with what it concerns. */
const BUTTONS = {
  role: {
    fields: z.object({ intent: z.literal('role'), user: id('usr'), role }),
    run: ({ app, actor }: Scope, { user, role: next }: { user: string; role: (typeof MEMBER_ROLES)[number] }) =>
      changeMemberRole(app, actor, { userId: user, role: next }),
    told: 'memberChanged',
  },
  remove: {
    fields: z.object({ intent: z.literal('remove'), user: id('usr') }),
    run: ({ app, actor }: Scope, { user }: { user: string }) => removeMember(app, actor, { userId: user }),
    told: 'memberRemoved',
  },
  leave: {
    fields: z.object({ intent: z.literal('leave') }),
    run: ({ app, actor }: Scope) => leaveCustomer(app, actor),
    told: 'accountLeft',
  },
  revoke: {
    fields: z.object({ intent: z.literal('revoke'), invitation: id('ivt') }),
    run: ({ app, actor }: Scope, { invitation }: { invitation: string }) =>
      revokeInvitation(app, actor, { invitationId: invitation }),
    told: 'invitationRevoked',
  },
  'take-back': {
    fields: z.object({ intent: z.literal('take-back'), grant: id('grt') }),
    run: ({ app, actor }: Scope, { grant }: { grant: string }) => revokeGrant(app, actor, { grantId: grant }),
    told: 'grantRevoked',
  },
  demand: {
    fields: z.object({ intent: z.literal('demand'), needed: z.enum(['yes', 'no']) }),
    run: ({ app, actor }: Scope, { needed }: { needed: string }) =>
      demandSecondFactor(app, actor, { needed: needed === 'yes' }),
    told: 'saved',
  },
} as const satisfies Record<string, { fields: z.ZodObject; run: unknown; told: FlashKey }>

/** What the team page is asked to do, by the button that was pressed. */
export async function changeTeam(request: Request, context: Context) {
  const form = await request.formData()
  const intent = fieldText(form, 'intent')
  return Object.hasOwn(BUTTONS, intent) ? press(intent as keyof typeof BUTTONS, form, context) : invite(form, context)
}

async function press(intent: keyof typeof BUTTONS, form: FormData, context: Context) {
  const scope = portalScope(context)
  const { fields, run, told } = BUTTONS[intent]
  const parsed = parseForm<z.ZodObject>(fields, form, scope.locale)
  if (!parsed.ok) return data<TeamRefusal>({ ...parsed, of: 'members' }, 422)
  try {
    await (run as (scope: Scope, input: unknown) => Promise<unknown>)(scope, parsed.value)
  } catch (error) {
    if (!isProblem(error) || !['conflict', 'forbidden', 'rate_limited'].includes(error.kind)) throw error
    const message = problemText(error, scope.locale)
    return data<TeamRefusal>({ ok: false, errors: {}, values: {}, message, of: 'members' }, formStatus(error))
  }
  return redirectWithFlash(intent === 'leave' ? paths.portal() : paths.team(), told)
}

async function invite(form: FormData, context: Context) {
  const { app, actor, locale } = portalScope(context)
  const fields = z.object({ intent: z.literal('invite'), email: accountFields(locale).email, role })
  const parsed = parseForm(fields, form, locale)
  if (!parsed.ok) return data<TeamRefusal>({ ...parsed, of: 'invite' }, 422)
  const { email, role: asked } = parsed.value
  try {
    await inviteMember(app, actor, { email, role: asked })
  } catch (error) {
    if (!isProblem(error) || error.kind === 'unauthenticated') throw error
    return data<TeamRefusal>({ ...refusedForm(error, form, locale), of: 'invite' }, formStatus(error))
  }
  return redirectWithFlash(paths.team(), 'invitationSent')
}
