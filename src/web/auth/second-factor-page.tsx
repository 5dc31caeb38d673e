import { data, redirect } from 'react-router'
import { z } from 'zod'
import { beginPasskeySecondFactor, findOpenSignIn, finishSignIn } from '#modules/accounts/finish-sign-in.ts'
import { findRelyingParty, type PasskeyAnswer } from '#modules/accounts/passkey.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { passkeyIsland } from '../islands/islands.ts'
import { authMessages } from '../messages/auth.ts'
import { passkeyMessages } from '../messages/passkeys.ts'
import { paths, safeReturn } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { answerPasskey, askPasskey } from './passkey-form.ts'
import { homeOf, readStartedSignIn, signedInHeaders, startedSignIn } from './session-cookie.ts'
type Proof = { code: string } | { passkey: PasskeyAnswer }
import type { Route } from './+types/second-factor-page'

export const handle: Handle = { islands: [passkeyIsland] }

/** Asked between the right password and the session, of users who have a second factor. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const next = safeReturn(new URL(request.url).searchParams.get('next'))
  const open = await findOpenSignIn(app, readStartedSignIn(request) ?? '')
  if (!open) throw redirect(`${paths.login(next)}${next === undefined ? '?' : '&'}notice=signInOver`)
  return { next, app: open.app, passkey: open.passkey && findRelyingParty(app.config) !== undefined }
}

export async function action({ request, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const actor = context.get(actorContext)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const token = readStartedSignIn(request) ?? ''
  const enter = async (proof: Proof, next: string | undefined): Promise<Response> => {
    const session = await finishSignIn(app, actor, { token, ...proof })
    const headers = [...(await signedInHeaders(app, request, session)), startedSignIn(undefined)]
    return redirect(safeReturn(next) ?? homeOf(session.actor), { headers })
  }
  try {
    const intent = fieldText(form, 'intent')
    if (intent === 'passkey-begin') return await askPasskey(context, () => beginPasskeySecondFactor(app, actor, token))
    if (intent === 'passkey')
      return await answerPasskey(form, context, (passkey) => enter({ passkey }, fieldText(form, 'next')))
    const { code, next } = accountFields(locale)
    const parsed = parseForm(z.object({ code, next }), form, locale)
    if (!parsed.ok) return data(parsed, { status: 422 })
    return await enter({ code: parsed.value.code }, parsed.value.next)
  } catch (error) {
    if (isProblem(error) && error.code === 'sign_in_over')
      return redirect(`${paths.login()}?notice=signInOver`, { headers: [startedSignIn(undefined)] })
    return refuseAuth(error, form, context)
  }
}

export default function SecondFactorPage({ loaderData: { next, app, passkey }, actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages)
  const { use, useInstead } = useMessages(passkeyMessages)
  const ofPasskey = actionData && 'passkey' in actionData ? actionData.passkey : undefined
  return (
    <AuthCard
      title={words.secondFactor.title}
      text={app ? words.secondFactor.text : words.secondFactor.textPasskey}
      footer={
        <a href={paths.login(next)} className="link">
          {words.secondFactor.back}
        </a>
      }
    >
      {passkey && !app && <PasskeyButton label={use} reply={ofPasskey} next={next} first />}
      <ActionForm state={actionData && 'passkey' in actionData ? undefined : actionData} labels={words.labels}>
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field
          name="code"
          {...(!app && { label: words.secondFactor.recoveryCode })}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          hint={app ? words.secondFactor.hint : words.secondFactor.hintPasskey}
          maxLength={40}
          mono
          required
          autoFocus={app}
        />
        <SubmitButton wide variant={passkey && !app ? 'secondary' : 'primary'}>
          {words.secondFactor.submit}
        </SubmitButton>
      </ActionForm>
      {passkey && app && <PasskeyButton label={useInstead} reply={ofPasskey} next={next} />}
    </AuthCard>
  )
}
