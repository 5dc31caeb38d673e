import { redirect } from 'react-router'
import { beginIdentityFlow } from '#modules/accounts/identity-flow.ts'
import { anonymous } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { appContext, requestContext } from '../context.ts'
import { paths, safeReturn } from '../paths.ts'
import { identityBrowser } from './identity-cookie.ts'
import type { Route } from './+types/identity-begin'

/** On to a provider, to sign in. When it cannot be reached, the log-in page says so. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const next = safeReturn(new URL(request.url).searchParams.get('next'))
  const { browser, cookie } = identityBrowser(request)
  const { address, userAgent } = context.get(requestContext)
  try {
    const asked = { provider: params.provider, purpose: 'sign_in', browser, next, address, userAgent } as const
    return redirect(await beginIdentityFlow(app, anonymous, asked), { headers: [cookie] })
  } catch (error) {
    if (isProblem(error) && error.code === 'identity_unavailable') return redirect(paths.loginUnavailable(next))
    throw error
  }
}
