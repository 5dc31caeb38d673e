import { data, type RouterContextProvider } from 'react-router'
import { renderSVG } from 'uqr'
import { z } from 'zod'
import { listSessions } from '#modules/accounts/accounts-queries.ts'
import { changePassword } from '#modules/accounts/change-password.ts'
import { getTotpStatus, type TotpStatus } from '#modules/accounts/enrol-totp.ts'
import { listSignIns } from '#modules/accounts/list-sign-ins.ts'
import { signOutElsewhere } from '#modules/accounts/sign-out-elsewhere.ts'
import { signOut } from '#modules/accounts/sign-out.ts'
import { isProblem } from '#platform/problem.ts'
import { accountFields } from '../auth/auth-form.ts'
import { signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { authMessages } from '../messages/auth.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, parseForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { describeBrowser } from './describe-browser.ts'
import { ProfileFrame } from './profile-frame.tsx'
import { refuseProfile } from './refuse-profile.ts'
import { ownScope } from './scope.ts'
import { changeSecondFactor, isSecondFactorIntent } from './second-factor-actions.ts'
import { RecoveryCodes, SecondFactorCard, type SecondFactorView } from './second-factor-card.tsx'
import { changeIdentities, isIdentityIntent } from './identity-actions.ts'
import { IdentitiesCard } from './identities-card.tsx'
import { identitiesView } from './identities-view.ts'
import { PasskeysCard } from './passkeys-card.tsx'
import { changePasskeys, isPasskeyIntent } from './passkey-actions.ts'
import { passkeysView } from './passkeys-view.ts'
import { SessionsCard } from './sessions-card.tsx'
import { SignInsCard } from './sign-ins-card.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/profile-security-page'

type Context = Readonly<RouterContextProvider>

const SIGN_INS = 10

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = ownScope(context)
  const query = new URL(request.url).searchParams
  const [sessions, signedIn, totp, passkeys, identities, signIns] = await Promise.all([
    listSessions(app, actor),
    context.get(signedInContext)(),
    getTotpStatus(app, actor),
    passkeysView(context, query.get('passkey')),
    identitiesView(context),
    listSignIns(app, actor, { limit: SIGN_INS, after: query.get('signIns') ?? undefined }),
  ])
  return {
    owesSecondFactor: signedIn?.owesSecondFactor ?? false,
    secondFactor: secondFactorView(totp),
    identities,
    passkeys: { ...passkeys, ownCodes: totp.state !== 'on' },
    signIns: {
      older: signIns.next,
      rows: signIns.rows.map(({ sequence, name, address, userAgent, createdAt }) => ({
        id: String(sequence),
        outcome: name,
        address,
        at: iso(createdAt),
        ...describeBrowser(userAgent),
      })),
    },
    sessions: sessions.map((session) => ({
      id: session.id,
      here: session.id === signedIn?.sessionId,
      ...describeBrowser(session.userAgent),
      address: session.address,
      createdAt: iso(session.createdAt),
      lastSeenAt: iso(session.lastSeenAt),
    })),
  }
}

/** The picture is drawn here and sent within the page: the secret is in no address and no cache. */
function secondFactorView(totp: TotpStatus): SecondFactorView {
  if (totp.state === 'off') return totp
  if (totp.state === 'on') return { ...totp, since: iso(totp.since) }
  const svg = renderSVG(totp.uri, { border: 3 })
  return {
    state: 'pending',
    secret: totp.secret,
    qrCode: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
  }
}

export type SignInsView = Route.ComponentProps['loaderData']['signIns']
export type SessionView = Route.ComponentProps['loaderData']['sessions'][number]

const End = z.object({ intent: z.literal('end'), session: z.string().regex(/^ses_[0-9a-z]{26}$/) })

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  const intent = fieldText(form, 'intent')
  if (isSecondFactorIntent(intent)) return changeSecondFactor(intent, form, context)
  if (isPasskeyIntent(intent)) return changePasskeys(intent, form, context)
  if (isIdentityIntent(intent)) return changeIdentities(intent, request, form, context)
  if (intent === 'end-others') return endOthers(context)
  return intent === 'end' ? end(form, context) : change(form, context)
}

async function change(form: FormData, context: Context) {
  const { app, actor, locale, security } = ownScope(context)
  const { password, newPassword } = accountFields(locale)
  const parsed = parseForm(z.object({ currentPassword: password, newPassword }), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const signedIn = await context.get(signedInContext)()
  try {
    await changePassword(app, actor, { ...parsed.value, keepSessionId: signedIn?.sessionId })
  } catch (error) {
    return refuseProfile(error, form, context)
  }
  return redirectWithFlash(security, 'passwordChanged')
}

async function endOthers(context: Context) {
  const { app, actor, security } = ownScope(context)
  await signOutElsewhere(app, actor)
  return redirectWithFlash(security, 'otherSessionsEnded')
}

async function end(form: FormData, context: Context) {
  const { app, actor, locale, security } = ownScope(context)
  const parsed = parseForm(End, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  try {
    await signOut(app, actor, { sessionId: parsed.value.session })
  } catch (error) {
    // It is not there any more: what was asked for is so.
    if (!isProblem(error) || error.code !== 'session_not_found') throw error
  }
  return redirectWithFlash(security, 'sessionEnded')
}

export default function ProfileSecurityPage({ loaderData, actionData }: Route.ComponentProps) {
  const { security: words, secondFactor } = useMessages(portalProfileMessages)
  const { passwordHint } = useMessages(authMessages)
  if (actionData && 'recoveryCodes' in actionData)
    return (
      <ProfileFrame>
        <RecoveryCodes codes={actionData.recoveryCodes} told={actionData.told} />
      </ProfileFrame>
    )
  const ofPasskeys = actionData && 'passkeys' in actionData ? actionData.passkeys : undefined
  const ofIdentities = actionData && 'identities' in actionData ? actionData.identities : undefined
  const ofSecondFactor =
    actionData && 'form' in actionData && !('passkeys' in actionData) && !('identities' in actionData)
      ? actionData
      : undefined
  return (
    <ProfileFrame notice={loaderData.owesSecondFactor && <Notice tone="warn">{secondFactor.owed}</Notice>}>
      <Card title={words.password} text={words.passwordText}>
        <ActionForm
          state={actionData && 'errors' in actionData && !ofSecondFactor ? actionData : undefined}
          labels={words.labels}
          className="mt-1.5"
        >
          <Field name="currentPassword" type="password" autoComplete="current-password" maxLength={200} required />
          <Field
            name="newPassword"
            type="password"
            autoComplete="new-password"
            hint={passwordHint}
            maxLength={200}
            required
          />
          <FormActions>
            <SubmitButton>{words.change}</SubmitButton>
          </FormActions>
        </ActionForm>
      </Card>
      <PasskeysCard view={loaderData.passkeys} answer={ofPasskeys} />
      <IdentitiesCard view={loaderData.identities} answer={ofIdentities} />
      <SecondFactorCard view={loaderData.secondFactor} refused={ofSecondFactor} />
      <SessionsCard sessions={loaderData.sessions} />
      <SignInsCard signIns={loaderData.signIns} />
    </ProfileFrame>
  )
}
