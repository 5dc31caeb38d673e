import { data, redirect } from 'react-router'
import { z } from 'zod'
import { finishSignIn, isSignInOpen } from '#modules/accounts/finish-sign-in.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { paths, safeReturn } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { homeOf, readStartedSignIn, signedInHeaders, startedSignIn } from './session-cookie.ts'
import type { Route } from './+types/second-factor-page'

/** Asked between the right password and the session, of users who have an authenticator app. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const next = safeReturn(new URL(request.url).searchParams.get('next'))
  const token = readStartedSignIn(request)
  if (token === undefined || !(await isSignInOpen(context.get(appContext), token)))
    throw redirect(`${paths.login(next)}${next === undefined ? '?' : '&'}notice=signInOver`)
  return { next }
}

export async function action({ request, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const { code, next } = accountFields(locale)
  const parsed = parseForm(z.object({ code, next }), form, locale)
  if (!parsed.ok) return data(parsed, { status: 422 })
  try {
    const token = readStartedSignIn(request) ?? ''
    const session = await finishSignIn(app, context.get(actorContext), { token, code: parsed.value.code })
    const headers = [...(await signedInHeaders(app, request, session)), startedSignIn(undefined)]
    return redirect(safeReturn(parsed.value.next) ?? homeOf(session.actor), { headers })
  } catch (error) {
    if (isProblem(error) && error.code === 'sign_in_over')
      return redirect(`${paths.login()}?notice=signInOver`, { headers: [startedSignIn(undefined)] })
    return refuseAuth(error, form, context)
  }
}

export default function SecondFactorPage({ loaderData: { next }, actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages)
  return (
    <AuthCard
      title={words.secondFactor.title}
      text={words.secondFactor.text}
      footer={
        <a href={paths.login(next)} className="link">
          {words.secondFactor.back}
        </a>
      }
    >
      <ActionForm state={actionData} labels={words.labels}>
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          hint={words.secondFactor.hint}
          maxLength={40}
          mono
          required
          autoFocus
        />
        <SubmitButton wide>{words.secondFactor.submit}</SubmitButton>
      </ActionForm>
    </AuthCard>
  )
}
