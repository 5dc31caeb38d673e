import type { App } from '#app/app.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import { requireConfirmed } from './confirmed.ts'
import type { IdentityRound, OutsideIdentity } from './identity-provider.ts'
import { getProvider, identityFlowOver } from './identity.ts'
import type { Visitor } from './session.ts'
import { actingUserId } from './user.ts'

export type IdentityPurpose = 'sign_in' | 'connect' | 'confirm'

/** How long somebody may take at the provider. */
export const FLOW_MINUTES = 15
const PER_ADDRESS = { name: 'identity-from', attempts: 60, perSeconds: 900 }

const redirectUriOf = (app: App, provider: string): string => `${app.config.publicUrl}/login/with/${provider}/callback`

/** What is told only to the provider follows from the state and our key, so that nothing of it has to be kept. */
const roundOf = (app: App, provider: string, state: string): IdentityRound => ({
  redirectUri: redirectUriOf(app, provider),
  state,
  nonce: app.secrets.sign('identity-nonce', state),
  codeVerifier: app.secrets.sign('identity-verifier', state),
})

/**
 * Begins a round to a provider: to sign in, to connect it with the actor's account, or to confirm that it is them. `browser`
 * is a secret of the browser that asks: only there the round can end. Gives where to send it. Throws `not_found`,
 * `identity_unavailable`, `too_many_attempts`, and `confirmation_needed` for connecting.
 */
export async function beginIdentityFlow(
  app: App,
  actor: Actor,
  input: { provider: string; purpose: IdentityPurpose; browser: string; next: string | undefined } & Visitor,
): Promise<string> {
  const { purpose, next } = input
  const provider = getProvider(app, input.provider)
  if (purpose === 'connect') requireConfirmed(actor, app.clock.now())
  const userId = purpose === 'sign_in' ? null : actingUserId(actor)
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  const state = randomToken()
  const url = await provider.authorizationUrl(roundOf(app, provider.name, state))
  await app.transaction(purpose === 'sign_in' ? anonymous : actor, (tx) =>
    tx.db
      .insertInto('identityFlows')
      .values({
        stateHash: hashToken(state),
        browserHash: hashToken(input.browser),
        provider: provider.name,
        purpose,
        userId,
        next: next ?? null,
        createdAt: tx.now,
        expiresAt: tx.now.add({ minutes: FLOW_MINUTES }),
      })
      .execute(),
  )
  return url
}

export type FinishedFlow = {
  purpose: IdentityPurpose
  userId: string | null
  next: string | undefined
  identity: OutsideIdentity
}

/**
 * Ends a round: whoever came back to `callbackUrl` did so in the browser that began it, for the first time, in time. Throws
 * `identity_flow_over` otherwise, `identity_denied` when they said no, `identity_refused`, `identity_unavailable`, `not_found`.
 */
export async function finishIdentityFlow(
  app: App,
  input: { provider: string; callbackUrl: string; browser: string | undefined },
): Promise<FinishedFlow> {
  const provider = getProvider(app, input.provider)
  const query = new URL(input.callbackUrl).searchParams
  const state = query.get('state')
  if (state === null || input.browser === undefined) throw identityFlowOver()
  const { browser } = input
  const flow = await app.transaction(anonymous, (tx) =>
    tx.db
      .updateTable('identityFlows')
      .set({ usedAt: tx.now })
      .where('stateHash', '=', hashToken(state))
      .where('browserHash', '=', hashToken(browser))
      .where('provider', '=', provider.name)
      .where('usedAt', 'is', null)
      .where('expiresAt', '>', tx.now)
      .returning(['purpose', 'userId', 'next'])
      .executeTakeFirst(),
  )
  if (!flow) throw identityFlowOver()
  if (query.get('error') === 'access_denied')
    throw new Problem('invalid', 'identity_denied', 'You did not agree, so nothing was changed.')
  const round = roundOf(app, provider.name, state)
  const identity = await provider.identify(round.redirectUri + new URL(input.callbackUrl).search, round)
  return { purpose: flow.purpose as IdentityPurpose, userId: flow.userId, next: flow.next ?? undefined, identity }
}
