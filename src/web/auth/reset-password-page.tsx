import { data, redirect } from 'react-router'
import { z } from 'zod'
import { resetPassword } from '#modules/accounts/reset-password.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext, requestContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { revealIsland } from '../islands/islands.ts'
import { authMessages } from '../messages/auth.ts'
import { paths } from '../paths.ts'
import { buttonClass, SubmitButton } from '../ui/button.tsx'
import { parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { PasswordField } from './password-field.tsx'
import { signedOutHeaders } from './session-cookie.ts'
import type { Route } from './+types/reset-password-page'

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
    await resetPassword(context.get(appContext), context.get(actorContext), { ...parsed.value, address })
    return redirect(`${paths.login()}?notice=passwordChanged`, { headers: signedOutHeaders() })
  } catch (error) {
    if (isProblem(error) && error.code === 'link_invalid') return data({ expired: true as const }, { status: 422 })
    return refuseAuth(error, form, context)
  }
}

export default function ResetPasswordPage({ loaderData: { token }, actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages)
  if (token === undefined || (actionData && 'expired' in actionData))
    return (
      <AuthCard title={words.reset.missingTitle} text={words.reset.missingText}>
        <a href={paths.forgotPassword()} className={buttonClass({ variant: 'primary', wide: true })}>
          {words.reset.again}
        </a>
      </AuthCard>
    )
  return (
    <AuthCard title={words.reset.title} text={words.reset.text}>
      <ActionForm state={actionData} labels={{ password: words.labels.newPassword }}>
        <input type="hidden" name="token" value={token} />
        <PasswordField chosen />
        <SubmitButton wide>{words.reset.submit}</SubmitButton>
      </ActionForm>
    </AuthCard>
  )
}
