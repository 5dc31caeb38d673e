import { data, type RouterContextProvider } from 'react-router'
import { beginIdentityFlow, type IdentityPurpose } from '#modules/accounts/identity-flow.ts'
import { getProvider } from '#modules/accounts/identity.ts'
import { actorContext, appContext, requestContext } from '../context.ts'
import { identityBrowser } from './identity-cookie.ts'

/** Where to go on, as a link to press: a form may not lead to another site. */
export type ContinueAt = { ok: true; continueAt: { url: string; label: string; purpose: IdentityPurpose } }

/** Begins a round for whoever is signed in, whose form said so. Throws as beginIdentityFlow. */
export async function continueAtProvider(
  request: Request,
  context: Readonly<RouterContextProvider>,
  asked: { provider: string; purpose: 'connect' | 'confirm'; next: string | undefined },
) {
  const [app, actor] = [context.get(appContext), context.get(actorContext)]
  const { browser, cookie } = identityBrowser(request)
  const { address, userAgent } = context.get(requestContext)
  const url = await beginIdentityFlow(app, actor, { ...asked, browser, address, userAgent })
  const { label } = getProvider(app, asked.provider)
  return data<ContinueAt>({ ok: true, continueAt: { url, label, purpose: asked.purpose } }, { headers: [cookie] })
}
