import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { disconnectIdentity } from '#modules/accounts/disconnect-identity.ts'
import { isProblem } from '#platform/problem.ts'
import { type ContinueAt, continueAtProvider } from '../auth/continue-at-provider.ts'
import { redirectWithFlash } from '../flash.ts'
import { identityMessages } from '../messages/identities.ts'
import { type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { ownScope } from './scope.ts'

const INTENTS = ['identity-connect', 'identity-disconnect'] as const
type IdentityIntent = (typeof INTENTS)[number]
export const isIdentityIntent = (intent: string): intent is IdentityIntent => INTENTS.some((each) => each === intent)

export type IdentityAnswered = { identities: FormState | ContinueAt }

const Connect = z.object({ intent: z.literal('identity-connect'), provider: z.string().max(40) })
const Disconnect = z.object({
  intent: z.literal('identity-disconnect'),
  identity: z.string().regex(/^idn_[0-9a-z]{26}$/),
})

/** What the security page does about connected accounts, by the button that was pressed. */
export async function changeIdentities(
  intent: IdentityIntent,
  request: Request,
  form: FormData,
  context: Readonly<RouterContextProvider>,
) {
  const { app, actor, locale, security } = ownScope(context)
  const words = identityMessages[locale]
  const refuse = (message: string, status = 409) =>
    data<IdentityAnswered>({ identities: { ok: false, errors: {}, message, values: typedValues(form) } }, { status })
  try {
    if (intent === 'identity-connect') {
      const parsed = parseForm(Connect, form, locale)
      if (!parsed.ok) return data<IdentityAnswered>({ identities: parsed }, { status: 422 })
      const { data: answer, init } = await continueAtProvider(request, context, {
        provider: parsed.value.provider,
        purpose: 'connect',
        next: security,
      })
      return data<IdentityAnswered>({ identities: answer }, init ?? {})
    }
    const parsed = parseForm(Disconnect, form, locale)
    if (!parsed.ok) return data<IdentityAnswered>({ identities: parsed }, { status: 422 })
    await disconnectIdentity(app, actor, { identityId: parsed.value.identity })
    return redirectWithFlash(security, 'identityDisconnected')
  } catch (error) {
    if (!isProblem(error)) throw error
    if (error.code === 'last_way_in') return refuse(words.card.lastWayIn)
    if (error.code === 'identity_unavailable') return refuse(words.problems.identity_unavailable, 503)
    // It is not there any more: what was asked for is so.
    if (error.code === 'identity_not_found') return redirectWithFlash(security, 'identityDisconnected')
    throw error
  }
}
