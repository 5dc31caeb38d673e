import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { findActor } from './find-actor.ts'
import { actingUserId } from './user.ts'

/** Somebody a user may act for: as a member, or with services that were lent to them. */
export type Choice = { customerId: string; name: string; company: string | null; role: string | null }

/** Whom the actor may act for, by name; `role` is null where single services were lent. */
export async function listChoices(app: App, actor: Actor): Promise<Choice[]> {
  const userId = actingUserId(actor)
  const now = app.clock.now()
  return app.db
    .selectFrom('customers')
    .leftJoin('members', (join) =>
      join.onRef('members.customerId', '=', 'customers.id').on('members.userId', '=', userId),
    )
    .select(['customers.id as customerId', 'customers.name', 'customers.company', 'members.role'])
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('members.userId', 'is not', null),
        exists(
          selectFrom('serviceGrants')
            .select('serviceGrants.id')
            .whereRef('serviceGrants.customerId', '=', 'customers.id')
            .where('serviceGrants.userId', '=', userId)
            .where('serviceGrants.revokedAt', 'is', null)
            .where(({ or: either, eb: on }) => either([on('expiresAt', 'is', null), on('expiresAt', '>', now)])),
        ),
      ]),
    )
    .orderBy('customers.name')
    .orderBy('customers.id')
    .execute()
}

/** From the next request on, this session acts for that customer. Throws `customer_not_found` unless they may. */
export async function switchCustomer(app: App, actor: Actor, input: { customerId: string }): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, async (tx) => {
    const next = await findActor(app, tx.db, tx.now, { userId, customerId: input.customerId })
    const session = actor.kind === 'user' ? actor.session : undefined
    if (next?.kind !== 'user' || next.customerId !== input.customerId || !session)
      throw new Problem('not_found', 'customer_not_found', 'There is no such customer.')
    await tx.db
      .updateTable('sessions')
      .set({ customerId: input.customerId })
      .where('id', '=', session.id)
      .where('userId', '=', userId)
      .execute()
    await tx.emit('session.switched', session.id, {
      customerId: input.customerId,
      before: { customerId: actor.kind === 'user' ? actor.customerId : null },
      after: { customerId: input.customerId },
    })
  })
}
