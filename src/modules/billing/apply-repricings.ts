import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { isAsAnnounced, isRepricedPart, piecesOf } from './repriced-agreements.ts'
import { type Repricing, repricingMachine } from './repricing.ts'

/**
 * Which announced prices hold for the periods that are about to be billed: those that begin after notice, on or after their day.
 * They are held until the documents are made, so that cancelling them meanwhile waits, and sees that they are asked for.
 * A document that was made before for such a period keeps the old price.
 */
export async function claimRepricings(
  tx: Tx,
  {
    customerIds,
    today,
    legalEntityId,
  }: { customerIds: readonly string[]; today: Temporal.PlainDate; legalEntityId: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update repricing_items i set billed_from = least(i.billed_from, s.billed_until), quantity = ${piecesOf(sql`c`)}
    from repricings r, subscriptions s
      left join change_quotes c on c.subscription_id = s.id and c.state = 'scheduled' and c.starts_on <= s.billed_until
    where i.customer_id = any(${customerIds}::text[]) and i.applied_at is null and i.dropped_at is null and i.earliest_on <= s.billed_until
      and r.id = i.repricing_id and s.id = i.subscription_id and s.legal_entity_id = ${legalEntityId} and s.next_billing_on <= ${today}
      and s.state <> 'cancelled' and (s.cancel_on is null or s.cancel_on > s.billed_until) and ${isAsAnnounced(sql`c`)}
    returning i.id`.execute(tx.db)
  return rows.map(({ id }) => id)
}

const actor = system('billing')
const BATCH = 500

/**
 * Makes announced prices the agreed ones once the first period they hold for has begun. Until then changes of an agreement are
 * priced at the old one. What ended, or became another agreement meanwhile, drops out.
 */
export const applyRepricings = job({
  name: 'billing.apply-repricings',
  queue: 'billing',
  payload: z.object({}),
  async run(app, _payload, signal) {
    while (!signal.aborted && (await applyBatch(app)) > 0);
    await finish(app)
  },
})

type Due = {
  id: string
  subscriptionId: string
  customerId: string
  oldMinor: bigint
  newMinor: bigint
  optionCode: string | null
  choice: string | null
  repricingId: string
  holds: boolean
}

async function applyBatch(app: App): Promise<number> {
  return app.transaction(actor, async (tx) => {
    const { rows } = await sql<Due>`
      select i.id, i.subscription_id, i.customer_id, i.old_minor, i.new_minor, i.option_code, i.choice, i.repricing_id,
        s.state <> 'cancelled' and ${isAsAnnounced(undefined)} as holds
      from repricing_items i join repricings r on r.id = i.repricing_id join subscriptions s on s.id = i.subscription_id
        join legal_entities e on e.id = s.legal_entity_id
      where i.applied_at is null and i.dropped_at is null and i.earliest_on is not null
        and i.first_on <= (${tx.now}::timestamptz at time zone e.time_zone)::date
        and (s.current_period_start >= i.earliest_on or s.state = 'cancelled' or not ${isAsAnnounced(undefined)})
      order by s.id limit ${BATCH} for update of s, i skip locked`.execute(tx.db)
    const holding = rows.filter(({ holds }) => holds)
    const ids = holding.map(({ id }) => id)
    await sql`
      with repriced as (
        update subscription_items p set unit_minor = i.new_minor, amount_minor = i.new_minor * p.quantity
        from repricing_items i where i.id = any(${ids}::text[]) and p.subscription_id = i.subscription_id and ${isRepricedPart(sql`p`, sql`i`)}
        returning p.subscription_id, (i.new_minor - i.old_minor) * p.quantity as more)
      update subscriptions s set amount_minor = s.amount_minor + p.more, updated_at = ${tx.now}
      from repriced p where s.id = p.subscription_id`.execute(tx.db)
    await sql`update repricing_items set applied_at = ${tx.now} where id = any(${ids}::text[])`.execute(tx.db)
    const dropped = rows.filter(({ holds }) => !holds).map(({ id }) => id)
    await sql`update repricing_items set dropped_at = ${tx.now} where id = any(${dropped}::text[])`.execute(tx.db)
    for (const { subscriptionId, customerId, oldMinor, newMinor, optionCode, choice, repricingId, holds } of rows) {
      const part = optionCode === null ? 'planMinor' : 'optionMinor'
      await tx.emit(holds ? 'subscription.repriced' : 'subscription.repricing_dropped', subscriptionId, {
        customerId,
        before: { [part]: oldMinor },
        after: {
          [part]: holds ? newMinor : oldMinor,
          ...(optionCode !== null && { option: optionCode }),
          ...(choice !== null && { choice }),
          repricingId,
        },
      })
    }
    return rows.length
  })
}

/** A repricing of which nothing is to come is done. */
async function finish(app: App): Promise<void> {
  await app.transaction(actor, async (tx) => {
    const { rows: done } = await sql<Repricing>`
      select * from repricings r where state = 'announced' and not exists (
        select from repricing_items i where i.repricing_id = r.id and i.applied_at is null and i.dropped_at is null)
      order by id limit 50 for update`.execute(tx.db)
    for (const repricing of done) await transition(tx, repricingMachine, repricing, 'apply')
  })
}
