import { data, redirect } from 'react-router'
import { z } from 'zod'
import { beginPasskeySignIn, signInWithPasskey } from '#modules/accounts/passkey-sign-in.ts'
import { findRelyingParty } from '#modules/accounts/passkey.ts'
import { startSignIn } from '#modules/accounts/sign-in.ts'
import { appContext, actorContext, localeContext, requestContext, signedInContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { passkeyIsland, revealIsland } from '../islands/islands.ts'
import { authMessages } from '../messages/auth.ts'
import { passkeyMessages } from '../messages/passkeys.ts'
import { paths, safeReturn } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { IdentityButtons } from './identity-buttons.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { answerPasskey, askPasskey } from './passkey-form.ts'
import { PasswordField } from './password-field.tsx'
import { afterPassword, believesSignedIn, homeOf, signedOutHeaders } from './session-cookie.ts'
import type { Route } from './+types/login-page'

export const handle: Handle = { islands: [revealIsland, passkeyIsland] }

const TOLD = ['passwordChanged', 'emailVerified', 'signInOver', 'unavailable', 'closed'] as const
type LoginNotice = (typeof TOLD)[number] | 'ended' | 'required' | undefined

/** Whoever is signed in already goes on; whoever was, is told that the session has ended. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const query = new URL(request.url).searchParams
  const next = safeReturn(query.get('next'))
  const signedIn = await context.get(signedInContext)()
  if (signedIn) throw redirect(next ?? homeOf(signedIn.actor))
  const told = TOLD.find((name) => name === query.get('notice'))
  const ended = believesSignedIn(request)
  const notice: LoginNotice = told ?? (ended ? 'ended' : next === undefined ? undefined : 'required')
  const { config, identityProviders } = context.get(appContext)
  const passkeys = findRelyingParty(config) !== undefined
  const providers = identityProviders.map(({ name, label }) => ({ name, label }))
  return data({ next, notice, passkeys, providers }, { headers: ended ? signedOutHeaders() : [] })
}

export async function action({ request, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const form = await request.formData()
  const visitor = context.get(requestContext)
  const intent = fieldText(form, 'intent')
  if (intent === 'passkey-begin') return askPasskey(context, () => beginPasskeySignIn(app, visitor))
  if (intent === 'passkey')
    return answerPasskey(form, context, async (answer) => {
      const { address, userAgent } = visitor
      const session = await signInWithPasskey(app, { answer, address, userAgent })
      return afterPassword(app, request, { step: 'done', session }, safeReturn(fieldText(form, 'next')))
    })
  const { email, password, next } = accountFields(context.get(localeContext))
  const parsed = parseForm(z.object({ email, password, next }), form, context.get(localeContext))
  if (!parsed.ok) return data(parsed, { status: 422 })
  const { address, userAgent } = visitor
  try {
    const { next: wanted, ...input } = parsed.value
    const step = await startSignIn(app, context.get(actorContext), { ...input, address, userAgent })
    return await afterPassword(app, request, step, safeReturn(wanted))
  } catch (error) {
    return refuseAuth(error, form, context)
  }
}

export default function LoginPage({
  loaderData: { next, notice, passkeys, providers },
  actionData,
}: Route.ComponentProps) {
  const words = useMessages(authMessages)
  const { logIn } = useMessages(passkeyMessages)
  const ofPasskey = actionData && 'passkey' in actionData ? actionData.passkey : undefined
  return (
    <AuthCard
      title={words.login.title}
      footer={
        <>
          {words.login.new}{' '}
          <a href={paths.register(next)} className="link">
            {words.login.register}
          </a>
        </>
      }
    >
      {notice && !actionData && (
        <div className="mb-5">
          <Notice tone={notice === 'passwordChanged' || notice === 'emailVerified' ? 'ok' : 'info'}>
            {words.login[notice]}
          </Notice>
        </div>
      )}
      <ActionForm state={actionData && 'passkey' in actionData ? undefined : actionData} labels={words.labels}>
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field
          name="email"
          type="email"
          autoComplete="username webauthn"
          inputMode="email"
          autoCapitalize="none"
          maxLength={254}
          required
        />
        <PasswordField />
        <SubmitButton wide>{words.login.submit}</SubmitButton>
      </ActionForm>
      {passkeys && <PasskeyButton label={logIn} reply={ofPasskey} next={next} offer />}
      <IdentityButtons providers={providers} next={next} afterPasskey={passkeys} />
      <p className="mt-4 text-center text-md">
        <a href={paths.forgotPassword()} className="link">
          {words.login.forgot}
        </a>
      </p>
    </AuthCard>
  )
}
