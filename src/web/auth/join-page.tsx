import { data, redirect } from 'react-router'
import { z } from 'zod'
import { joinStaff } from '#modules/accounts/join-staff.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext, requestContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { revealIsland } from '../islands/islands.ts'
import { authMessages } from '../messages/auth.ts'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { buttonClass, SubmitButton } from '../ui/button.tsx'
import { parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { PasswordField } from './password-field.tsx'
import { signedOutHeaders } from './session-cookie.ts'
import type { Route } from './+types/join-page'

export const handle: Handle = { islands: [revealIsland] }

export const loader = ({ request }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? undefined,
})

export async function action({ request, context }: Route.ActionArgs) {
  const locale = context.get(localeContext)
  const form = await request.formData()
  const schema = z.object({ token: z.string().max(200), password: accountFields(locale).newPassword })
  const parsed = parseForm(schema, form, locale)
  if (!parsed.ok) return data(parsed, { status: 422 })
  const { address } = context.get(requestContext)
  try {
    await joinStaff(context.get(appContext), context.get(actorContext), { ...parsed.value, address })
    return redirect(paths.login(paths.staff()), { headers: signedOutHeaders() })
  } catch (error) {
    if (isProblem(error) && error.code === 'link_invalid') return data({ expired: true as const }, { status: 422 })
    return refuseAuth(error, form, context)
  }
}

/** An invited colleague chooses a password and goes on to log in. */
export default function JoinPage({ loaderData: { token }, actionData }: Route.ComponentProps) {
  const words = useMessages(staffPeopleMessages).join
  const labels = useMessages(authMessages).labels
  if (token === undefined || (actionData && 'expired' in actionData))
    return (
      <AuthCard title={words.missingTitle} text={words.missingText}>
        <a href={paths.login()} className={buttonClass({ variant: 'primary', wide: true })}>
          {words.login}
        </a>
      </AuthCard>
    )
  return (
    <AuthCard title={words.title} text={words.text}>
      <ActionForm state={actionData} labels={{ password: labels.newPassword }}>
        <input type="hidden" name="token" value={token} />
        <PasswordField chosen />
        <SubmitButton wide>{words.submit}</SubmitButton>
      </ActionForm>
    </AuthCard>
  )
}
