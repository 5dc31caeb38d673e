import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockSubscription } from '../apply-change.ts'
import { findPendingPayment } from '../billing-queries.ts'
import { lockOpenDocuments } from '../lock-open-documents.ts'
import type { Subscription } from '../subscription.ts'
import { voidInvoice } from '../void-invoice.ts'
import { type Adoption, dayOf, requireMovable } from './adoption.ts'
import { makeOnlyWish } from './make-wish.ts'

/** What became of a wish to move many over: which are on their way, and how many stay as they are. */
export type MovedMany = { asked: string[]; left: number }

/**
 * Staff: moves adopted agreements over. The gateway is told to renew them no more; once it says so, each is billed by us from the end
 * of its paid period on, at the price that was charged there. Those that cannot be moved as they stand stay as they are.
 */
export async function moveSubscriptions(
  app: App,
  actor: Actor,
  input: { subscriptionIds: readonly string[] },
): Promise<MovedMany> {
  requirePermission(actor, 'customer.update')
  const subscriptionIds = [...new Set(input.subscriptionIds)]
  return app.transaction(actor, async (tx) => {
    const asked = await askToMove(tx, subscriptionIds)
    return { asked, left: subscriptionIds.length - asked.length }
  })
}

/**
 * Staff: the same for one agreement. Throws `subscription_not_found`, `adoption_missing` for one that was never adopted, and what
 * stands against it: `adoption_moved`, `adoption_busy`, `adoption_ending`, `adoption_unpaid`, `adoption_discounted`,
 * `adoption_scheduled`, `adoption_on_hold`, `adoption_several_items`, `adoption_price`, `subscription_cancelled`.
 */
export async function moveSubscription(app: App, actor: Actor, input: { subscriptionId: string }): Promise<void> {
  requirePermission(actor, 'customer.update')
  await app.transaction(actor, async (tx) => {
    const { subscription, adoption, paidDay } = await lockAdopted(tx, input.subscriptionId)
    const obstacle = requireMovable(subscription, adoption, paidDay)
    if (obstacle) throw obstacle
    await askToMove(tx, [subscription.id])
  })
}

/** Holds agreements before what is known of them at the gateway, as everybody does; each is asked for once. */
async function askToMove(tx: Tx, subscriptionIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ subscriptionId: string; customerId: string }>`
    with held as materialized (
      select s.id, s.current_period_end, e.time_zone from subscriptions s join legal_entities e on e.id = s.legal_entity_id
      where s.id = any(${subscriptionIds}::text[]) and s.billed_by = 'gateway' and s.state = 'active' and s.cancel_on is null
      order by s.id for update of s)
    update adoptions a set wish = 'move', wish_version = a.wish_version + 1, wished_at = ${tx.now}, updated_at = ${tx.now}
    from held h
    where a.subscription_id = h.id and a.wish is null and a.renews and a.ended_at is null and a.cannot_move is null
      and (a.period_end at time zone h.time_zone)::date = h.current_period_end
    returning a.subscription_id, a.customer_id`.execute(tx.db)
  for (const { subscriptionId, customerId } of rows)
    await tx.emit('adoption.wished', subscriptionId, { customerId, after: { wish: 'move' } })
  return rows.map(({ subscriptionId }) => subscriptionId)
}

/**
 * Staff: takes a move back before the gateway's period ends: a renewal of ours that nobody paid is taken back, and the gateway is told
 * to renew as before. Should it have ended there meanwhile, we bill on. Throws `subscription_not_found`, `adoption_missing`,
 * `adoption_not_moved`, `adoption_busy`, `adoption_over` once its period is over, `adoption_billed` once our renewal is paid,
 * `payment_pending` while it is being paid.
 */
export async function undoMove(app: App, actor: Actor, input: { subscriptionId: string }): Promise<void> {
  requirePermission(actor, 'customer.update')
  const { subscriptionId } = input
  await app.transaction(actor, async (tx) => {
    const documents = await lockOpenDocuments(tx, subscriptionId)
    const { subscription, adoption, timeZone } = await lockAdopted(tx, subscriptionId)
    requireUndoable(subscription, adoption, dayOf(tx.now, timeZone))
    for (const document of documents) {
      if (await findPendingPayment(tx.db, document.id)) throw paymentUnderWay()
      await voidInvoice(tx, document)
    }
    await requireUnbilled(tx, subscriptionId)
    await tx.db
      .updateTable('subscriptions')
      .set({ billedBy: 'gateway', nextBillingOn: null, updatedAt: tx.now })
      .where('id', '=', subscriptionId)
      .execute()
    await tx.db
      .updateTable('adoptions')
      .set({ movedFrom: null, movedAt: null })
      .where('subscriptionId', '=', subscriptionId)
      .execute()
    await makeOnlyWish(tx, { subscriptionId, wish: 'renew' })
    await tx.emit('adoption.move_undone', subscriptionId, {
      customerId: subscription.customerId,
      before: { billedBy: 'us', movedFrom: adoption.movedFrom?.toString() },
      after: { billedBy: 'gateway' },
    })
  })
}

function requireUndoable(subscription: Subscription, adoption: Adoption, today: Temporal.PlainDate): void {
  const refuse = (code: string, message: string): never => {
    throw new Problem('conflict', code, message)
  }
  if (subscription.state === 'cancelled') refuse('subscription_cancelled', 'This subscription has ended.')
  if (subscription.billedBy === 'gateway' || adoption.movedFrom === null)
    refuse('adoption_not_moved', 'This subscription was not moved over.')
  else if (adoption.endedAt !== null || Temporal.PlainDate.compare(today, adoption.movedFrom) >= 0)
    refuse('adoption_over', 'Its last period at Stripe is over, so it cannot go back there.')
}

const paymentUnderWay = (): Problem =>
  new Problem(
    'conflict',
    'payment_pending',
    'Our invoice for the next period is being paid right now. Look again in a minute.',
  )

async function requireUnbilled(tx: Tx, subscriptionId: string): Promise<void> {
  const billed = await tx.db
    .selectFrom('invoiceLines')
    .select('id')
    .where('subscriptionId', '=', subscriptionId)
    .where('released', '=', false)
    .where('kind', '=', 'plan')
    .limit(1)
    .executeTakeFirst()
  if (billed)
    throw new Problem(
      'conflict',
      'adoption_billed',
      'Our invoice for the next period is paid already, so it stays with us.',
    )
}

async function lockAdopted(
  tx: Tx,
  subscriptionId: string,
): Promise<{ subscription: Subscription; adoption: Adoption; timeZone: string; paidDay: Temporal.PlainDate }> {
  const known = await tx.db
    .selectFrom('subscriptions')
    .innerJoin('legalEntities', 'legalEntities.id', 'subscriptions.legalEntityId')
    .select('legalEntities.timeZone')
    .where('subscriptions.id', '=', subscriptionId)
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'subscription_not_found', 'There is no such subscription.'))
  const subscription = await lockSubscription(tx, subscriptionId)
  const adoption = await tx.db
    .selectFrom('adoptions')
    .selectAll()
    .where('subscriptionId', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow(
      () => new Problem('conflict', 'adoption_missing', 'This subscription was not adopted from Stripe.'),
    )
  return { subscription, adoption, timeZone: known.timeZone, paidDay: dayOf(adoption.periodEnd, known.timeZone) }
}
