import { data, redirect, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import {
  acceptInvitation,
  declineInvitation,
  getInvitation,
  joinByInvitation,
  type OpenInvitation,
} from '#modules/accounts/answer-invitation.ts'
import { findActor } from '#modules/accounts/find-actor.ts'
import { switchCustomer } from '#modules/accounts/switch-customer.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext, requestContext, signedInContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { revealIsland } from '../islands/islands.ts'
import { teamMessages } from '../messages/team.ts'
import { paths } from '../paths.ts'
import { buttonClass, SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, type FormState, parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { PasswordField } from './password-field.tsx'
import { sessionCookie, signedInHeaders } from './session-cookie.ts'
import type { Route } from './+types/invitation-page'

export const handle: Handle = { islands: [revealIsland] }

type Context = Readonly<RouterContextProvider>
type Shown = {
  token: string
  text: string
  days: number | null
  email: string
  /** Whoever looks is its reader, has to log in first, is somebody else, or is new here. */
  reader: 'this' | 'known' | 'other' | 'new'
  signedInAs: string | undefined
}

export async function loader({ request, context }: Route.LoaderArgs): Promise<Shown | { over: true }> {
  const token = new URL(request.url).searchParams.get('token') ?? ''
  try {
    return await shown(context, token)
  } catch (error) {
    if (isProblem(error) && error.code === 'invitation_over') return { over: true }
    throw error
  }
}

async function shown(context: Context, token: string): Promise<Shown> {
  const invitation = await getInvitation(context.get(appContext), token)
  const signedInAs = (await context.get(signedInContext)())?.user.email
  const { email, lentDays: days } = invitation
  return {
    token,
    text: sentence(invitation, context.get(localeContext)),
    days,
    email,
    reader: signedInAs === email ? 'this' : signedInAs !== undefined ? 'other' : invitation.known ? 'known' : 'new',
    signedInAs,
  }
}

function sentence({ inviterName, customerName, hostname, role }: OpenInvitation, locale: Locale): string {
  const { invitation: words, roles } = teamMessages[locale]
  return role === null
    ? words.lend(inviterName, customerName, hostname ?? '')
    : words.role(inviterName, customerName, roles[role])
}

type Answer = FormState | { declined: true } | { over: true }

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  try {
    switch (fieldText(form, 'intent')) {
      case 'decline':
        await declineInvitation(context.get(appContext), context.get(actorContext), fieldText(form, 'token'))
        return data<Answer>({ declined: true })
      case 'accept':
        return await accept(form, context)
      default:
        return await join(form, request, context)
    }
  } catch (error) {
    if (isProblem(error) && error.code === 'invitation_over') return data<Answer>({ over: true }, 422)
    return refuseAuth(error, form, context)
  }
}

async function accept(form: FormData, context: Context) {
  const app = context.get(appContext)
  const signedIn = await context.get(signedInContext)()
  const token = fieldText(form, 'token')
  if (!signedIn) return redirect(paths.login(paths.invitation(token)))
  const { customerId } = await acceptInvitation(app, signedIn.actor, token)
  // What they were invited to is what they want to see now.
  const { userId, session } = signedIn.actor
  const actor = await findActor(app, app.db, app.clock.now(), { userId, ...(session ? { session } : {}) })
  const renewed = actor && (await switchCustomer(app, actor, { customerId }))
  return redirect(paths.portal(), { headers: renewed ? [sessionCookie(app, renewed)] : [] })
}

async function join(form: FormData, request: Request, context: Context) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const { name, newPassword: password } = accountFields(locale)
  const parsed = parseForm(z.object({ token: z.string().max(200), name, password }), form, locale)
  if (!parsed.ok) return data<Answer>(parsed, 422)
  const { token, ...input } = parsed.value
  const { address, userAgent } = context.get(requestContext)
  try {
    const session = await joinByInvitation(app, token, { ...input, locale, address, userAgent })
    return redirect(paths.portal(), { headers: await signedInHeaders(app, request, session) })
  } catch (error) {
    if (!isProblem(error) || error.code !== 'email_taken') throw error
    return redirect(paths.login(paths.invitation(token)))
  }
}

/** Somebody was asked by mail to share a customer, or to use a server that is lent to them. */
export default function InvitationPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(teamMessages).invitation
  if (actionData && 'declined' in actionData)
    return <Ending title={words.declinedTitle} text={words.declinedText} label={words.home} />
  if ('over' in loaderData || (actionData && 'over' in actionData))
    return <Ending title={words.overTitle} text={words.overText} label={words.home} />
  const { text, days, email } = loaderData
  return (
    <AuthCard title={words.title} text={days === null ? text : `${text} ${words.days(days)}`} footer={words.for(email)}>
      <Ways shown={loaderData} refused={actionData} />
    </AuthCard>
  )
}

function Ending({ title, text, label }: { title: string; text: string; label: string }) {
  const locale = useLocale()
  return (
    <AuthCard title={title} text={text}>
      <a href={paths.landing(locale)} className={buttonClass({ variant: 'primary', wide: true })}>
        {label}
      </a>
    </AuthCard>
  )
}

function Ways({ shown: { token, reader, signedInAs }, refused }: { shown: Shown; refused: FormState | undefined }) {
  const words = useMessages(teamMessages).invitation
  return (
    <div className="grid gap-3">
      {reader === 'other' && <Notice tone="warn">{words.another(signedInAs ?? '')}</Notice>}
      {reader === 'this' && (
        <ActionForm id="accept" state={refused}>
          <input type="hidden" name="token" value={token} />
          <SubmitButton wide name="intent" value="accept">
            {words.accept}
          </SubmitButton>
        </ActionForm>
      )}
      {reader === 'known' && (
        <>
          <p className="text-muted">{words.loginText}</p>
          <a href={paths.login(paths.invitation(token))} className={buttonClass({ variant: 'primary', wide: true })}>
            {words.login}
          </a>
        </>
      )}
      {reader === 'new' && (
        <ActionForm id="join" state={refused} labels={words.labels}>
          <p className="text-muted">{words.join}</p>
          <input type="hidden" name="token" value={token} />
          <Field name="name" autoComplete="name" maxLength={200} required />
          <PasswordField chosen />
          <SubmitButton wide>{words.submit}</SubmitButton>
        </ActionForm>
      )}
      {reader === 'other' ? (
        <a href={paths.logout()} className={buttonClass({ wide: true })}>
          {words.logout}
        </a>
      ) : (
        <ActionForm id="decline" summary={false}>
          <input type="hidden" name="token" value={token} />
          <SubmitButton wide variant="secondary" name="intent" value="decline">
            {words.decline}
          </SubmitButton>
        </ActionForm>
      )}
    </div>
  )
}
