import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { assert, Problem } from '#platform/problem.ts'
import type { MemberRole } from '#platform/schema.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { findActor } from './find-actor.ts'
import { type RenewedSession, renewSession } from './renew-session.ts'
import { actingUserId } from './user.ts'

/** Somebody a user may act for: as a member, or with services that were lent to them. */
export type Choice = { customerId: string; name: string; company: string | null; role: MemberRole | null }

/** Whom the actor may act for, by name; `role` is null where single services were lent. */
export async function listChoices(app: App, actor: Actor): Promise<Choice[]> {
  const userId = actingUserId(actor)
  const now = app.clock.now()
  const { rows } = await beyondOwnRows(() =>
    sql<Choice>`
    select c.id as customer_id, c.name, c.company, a.role from customers c join (
      select m.customer_id, m.role from members m where m.user_id = ${userId}
      union all
      select distinct g.customer_id, null::member_role from service_grants g where g.user_id = ${userId} and g.revoked_at is null
        and (g.expires_at is null or g.expires_at > ${now})
        and not exists (select from members m where m.user_id = g.user_id and m.customer_id = g.customer_id)
    ) a on a.customer_id = c.id where c.closed_at is null order by lower(c.name), c.id`.execute(app.db),
  )
  return rows
}

/**
 * From the next request on, this session acts for that customer, under a new token. Throws `customer_not_found` unless they
 * may.
 */
export async function switchCustomer(app: App, actor: Actor, input: { customerId: string }): Promise<RenewedSession> {
  const userId = actingUserId(actor)
  return beyondOwnRows(() =>
    app.transaction(actor, async (tx) => {
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
      const renewed = await renewSession(tx, { sessionId: session.id, userId })
      assert(renewed, 'a session that just acted is open')
      return renewed
    }),
  )
}
