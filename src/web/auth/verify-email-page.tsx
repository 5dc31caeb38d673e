import { data, redirect } from 'react-router'
import { z } from 'zod'
import { resendVerification } from '#modules/accounts/resend-verification.ts'
import { verifyEmail } from '#modules/accounts/verify-email.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext, requestContext, signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { authMessages } from '../messages/auth.ts'
import { paths, safeReturn } from '../paths.ts'
import { Button, buttonClass, SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { readRegistered, registrationDone, signedInHeaders } from './session-cookie.ts'
import type { Route } from './+types/verify-email-page'

/** With a token a button confirms it, since programs that look through mail open links, too. Without: the mail is on its way. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const token = new URL(request.url).searchParams.get('token') ?? undefined
  const signedIn = await context.get(signedInContext)()
  const email = signedIn?.user.email ?? readRegistered(request)?.email
  return { token, email, signedIn: signedIn !== undefined }
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  return fieldText(form, 'intent') === 'confirm' ? confirm(request, form, context) : resend(form, context)
}

type Context = Route.ActionArgs['context']

async function confirm(request: Request, form: FormData, context: Context) {
  const app = context.get(appContext)
  const registered = readRegistered(request)
  const { address, userAgent } = context.get(requestContext)
  try {
    const { session } = await verifyEmail(app, context.get(actorContext), {
      token: fieldText(form, 'token').slice(0, 200),
      claim: registered?.claim,
      address,
      userAgent,
    })
    const next = safeReturn(registered?.next) ?? paths.portal()
    if (session)
      return redirectWithFlash(next, 'emailVerified', [
        registrationDone(),
        ...(await signedInHeaders(app, request, session)),
      ])
    if (await context.get(signedInContext)()) return redirectWithFlash(next, 'emailVerified', [registrationDone()])
    return redirect(`${paths.login()}?notice=emailVerified`, { headers: [registrationDone()] })
  } catch (error) {
    if (isProblem(error) && error.code === 'link_invalid') return data({ expired: true as const }, { status: 422 })
    throw error
  }
}

async function resend(form: FormData, context: Context) {
  const locale = context.get(localeContext)
  const { email, intent } = accountFields(locale)
  const parsed = parseForm(z.object({ email, intent }), form, locale)
  if (!parsed.ok) return data({ state: parsed }, { status: 422 })
  const { address } = context.get(requestContext)
  try {
    await resendVerification(context.get(appContext), context.get(actorContext), { email: parsed.value.email, address })
    return { sentAgain: true as const }
  } catch (error) {
    const refused = refuseAuth(error, form, context)
    return data({ state: refused.data }, refused.init ?? {})
  }
}

export default function VerifyEmailPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages)
  const { token, email, signedIn } = loaderData
  const expired = actionData !== undefined && 'expired' in actionData
  if (token !== undefined && !actionData)
    return (
      <AuthCard title={words.verify.title} text={words.verify.text}>
        <form method="post">
          <input type="hidden" name="token" value={token} />
          <Button type="submit" variant="primary" wide name="intent" value="confirm">
            {words.verify.submit}
          </Button>
        </form>
      </AuthCard>
    )
  const state = actionData && 'state' in actionData ? actionData.state : undefined
  const text = expired ? words.verify.expiredText : email === undefined ? words.sent.textPlain : words.sent.text(email)
  return (
    <AuthCard
      title={expired ? words.verify.expiredTitle : words.sent.title}
      text={text}
      footer={<Ways signedIn={signedIn} />}
    >
      {actionData && 'sentAgain' in actionData && (
        <div className="mb-5">
          <Notice tone="ok" live>
            {words.sent.sentAgain}
          </Notice>
        </div>
      )}
      {!expired && <p className="mb-5 text-md text-muted">{words.sent.missing}</p>}
      {/* Without the token in the address, so that the answer is not a question again. */}
      <ActionForm state={state} labels={words.labels} action={paths.verifyEmail()} className="gap-4">
        <Field
          name="email"
          type="email"
          initial={email}
          autoComplete="email"
          inputMode="email"
          autoCapitalize="none"
          maxLength={254}
          required
        />
        <SubmitButton wide variant={expired ? 'primary' : 'secondary'}>
          {expired ? words.verify.send : words.sent.again}
        </SubmitButton>
      </ActionForm>
    </AuthCard>
  )
}

function Ways({ signedIn }: { signedIn: boolean }) {
  const words = useMessages(authMessages).sent
  const locale = useLocale()
  return (
    <span className="flex flex-wrap justify-center gap-1">
      <a href={paths.landing(locale)} className={buttonClass({ variant: 'quiet', size: 'small' })}>
        {words.shop}
      </a>
      {!signedIn && (
        <a href={paths.login()} className={buttonClass({ variant: 'quiet', size: 'small' })}>
          {words.login}
        </a>
      )}
    </span>
  )
}
