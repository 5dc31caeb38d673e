import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { requireConfirmed } from './confirmed.ts'
import { actingUserId } from './user.ts'
import { requireAnotherWayIn } from './ways-in.ts'

/**
 * From now on this identity signs nobody in. Throws `identity_not_found` for one that is not the actor's, `last_way_in`,
 * `confirmation_needed`.
 */
export async function disconnectIdentity(app: App, actor: Actor, input: { identityId: string }): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, async (tx) => {
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    const identity = await tx.db
      .selectFrom('identities')
      .select(['id', 'provider'])
      .where('id', '=', input.identityId)
      .where('userId', '=', userId)
      .executeTakeFirst()
    if (!identity) throw new Problem('not_found', 'identity_not_found', 'There is no such connection.')
    requireConfirmed(actor, app.clock.now())
    await requireAnotherWayIn(tx, userId)
    await tx.db.deleteFrom('identities').where('id', '=', identity.id).execute()
    const customerId = await findCustomerIdOf(tx.db, userId)
    await tx.emit('user.identity_disconnected', userId, {
      ...(customerId ? { customerId } : {}),
      before: { identityId: identity.id, provider: identity.provider },
    })
  })
}
