import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { actingUserId } from './user.ts'

/** Who a user is elsewhere, and signs in as. */
export type Identity = Schema['identities']

/** The actor's identities, the oldest first. */
export async function listIdentities(app: App, actor: Actor): Promise<Identity[]> {
  return app.db.selectFrom('identities').selectAll().where('userId', '=', actingUserId(actor)).orderBy('id').execute()
}

/** Throws `not_found` for a provider that is not configured. */
export function getProvider(app: App, name: string): IdentityProvider {
  const provider = app.identityProviders.find((each) => each.name === name)
  if (!provider) throw new Problem('not_found', 'not_found', 'There is nothing at this address.')
  return provider
}

export const identityRefused = (): Problem =>
  new Problem('invalid', 'identity_refused', 'The answer could not be checked. Please start again.')
export const identityFlowOver = (): Problem =>
  new Problem(
    'invalid',
    'identity_flow_over',
    'This took too long, was done before, or began in another browser. Please start again.',
  )
