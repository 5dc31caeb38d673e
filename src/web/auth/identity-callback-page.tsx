import { data, redirect, type RouterContextProvider } from 'react-router'
import { confirmByIdentity } from '#modules/accounts/confirm-by-identity.ts'
import { connectIdentity } from '#modules/accounts/connect-identity.ts'
import { type FinishedFlow, finishIdentityFlow } from '#modules/accounts/identity-flow.ts'
import { getProvider, identityFlowOver } from '#modules/accounts/identity.ts'
import { signInWithIdentity } from '#modules/accounts/sign-in-with-identity.ts'
import { isProblem } from '#platform/problem.ts'
import { appContext, localeContext, requestContext, signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { identityMessages } from '../messages/identities.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { AuthCard } from './auth-layout.tsx'
import { readIdentityBrowser } from './identity-cookie.ts'
import { afterPassword, homeOf, sessionCookie } from './session-cookie.ts'
import type { Route } from './+types/identity-callback-page'

type Told = keyof (typeof identityMessages)['en']['problems']
const isTold = (code: string): code is Told => code in identityMessages.en.problems

/** Somebody comes back from a provider: signed in, connected or confirmed, they go on; what did not work is said here. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const { provider } = params
  const { label } = getProvider(app, provider)
  // Opened by hand, not by a provider.
  if (new URL(request.url).search === '') return redirect(paths.login())
  try {
    const browser = readIdentityBrowser(request)
    const finished = await finishIdentityFlow(app, { provider, callbackUrl: request.url, browser })
    return await goOn(request, context, provider, finished)
  } catch (error) {
    if (!isProblem(error) || !isTold(error.code)) throw error
    const signedIn = (await context.get(signedInContext)()) !== undefined
    return data({ code: error.code, label, signedIn }, error.kind === 'unavailable' ? 503 : 422)
  }
}

async function goOn(
  request: Request,
  context: Readonly<RouterContextProvider>,
  provider: string,
  { purpose, userId, identity, next }: FinishedFlow,
): Promise<Response> {
  const app = context.get(appContext)
  if (purpose === 'sign_in') {
    const { address, userAgent } = context.get(requestContext)
    const locale = context.get(localeContext)
    const step = await signInWithIdentity(app, { provider, identity, locale, address, userAgent })
    return afterPassword(app, request, step, next)
  }
  const signedIn = await context.get(signedInContext)()
  // Whoever began it is no longer, or somebody else is, signed in here.
  if (!signedIn || signedIn.user.id !== userId) throw identityFlowOver()
  const { actor } = signedIn
  if (purpose === 'connect') {
    await connectIdentity(app, actor, { provider, identity })
    return redirectWithFlash(next ?? homeOf(actor), 'identityConnected')
  }
  const cookie = sessionCookie(app, await confirmByIdentity(app, actor, identity))
  return redirectWithFlash(next ?? homeOf(actor), 'confirmed', [cookie])
}

export default function IdentityCallbackPage({ loaderData: { code, label, signedIn } }: Route.ComponentProps) {
  const words = useMessages(identityMessages)
  const known = code === 'identity_email_known'
  const back = signedIn ? paths.profileSecurity() : paths.login(known ? paths.profileSecurity() : undefined)
  return (
    <AuthCard title={words.failedTitle(label)}>
      <Notice tone={code === 'identity_denied' ? 'info' : 'warn'}>{words.problems[code]}</Notice>
      <div className="mt-5 grid gap-2.5">
        <a href={back} className={buttonClass({ variant: 'primary', wide: true })}>
          {signedIn ? words.toSecurity : words.toLogin}
        </a>
        {code === 'identity_email_missing' && (
          <a href={paths.register()} className={buttonClass({ wide: true })}>
            {words.register}
          </a>
        )}
      </div>
    </AuthCard>
  )
}
