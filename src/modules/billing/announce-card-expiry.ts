import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { DAYS_SOON, LAST_DAYS, monthsInReach, renewsWithCard, validUntil } from './card-expiry.ts'

const CHUNK = 500

/**
 * Tells customers whose card expires while something renews with it: once about a month and once about a week before the last day of its
 * month, in the zone of their seller. Only of the card that is charged, and never twice of a card that was saved anew.
 */
export const announceCardExpiry = job({
  name: 'billing.announce-card-expiry',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    while ((await announce(app)) === CHUNK);
  },
})

/** Gives how many it told, at most a chunk of them. */
const announce = (app: App): Promise<number> =>
  app.transaction(system('billing'), async (tx) => {
    const told = await noteDue(tx)
    for (const { id, customerId, expiresOn, step } of told)
      await tx.emit('payment_method.expiring', id, { customerId, after: { expiresOn, step } })
    return told.length
  })

type Told = { id: string; customerId: string; expiresOn: string; step: string }

async function noteDue(tx: Tx): Promise<Told[]> {
  const { first, last } = monthsInReach(tx.now)
  const { rows } = await sql<Told>`
    with due as (
      select m.id, m.customer_id, m.brand, m.last_four, u.expires_on,
        case when u.expires_on - r.today <= ${LAST_DAYS}::int then 'week' else 'month' end as step
      from payment_methods m cross join lateral (select ${validUntil('m')} as expires_on) u cross join lateral ${renewsWithCard('m', tx.now)} r
      where m.is_default and m.forgotten_at is null
        and (m.expiry_year, m.expiry_month) between (${first.year}::int, ${first.month}::int) and (${last.year}::int, ${last.month}::int)
        and u.expires_on - r.today between 0 and ${DAYS_SOON}::int
    )
    insert into card_expiry_notices (payment_method_id, customer_id, expires_on, step, created_at)
    select d.id, d.customer_id, d.expires_on, d.step, ${tx.now} from due d
    where not exists (select from card_expiry_notices n join payment_methods t on t.id = n.payment_method_id
      where n.customer_id = d.customer_id and n.expires_on = d.expires_on and n.step = d.step and t.brand = d.brand and t.last_four = d.last_four)
    order by d.id limit ${CHUNK}
    on conflict do nothing
    returning payment_method_id as id, customer_id, expires_on::text, step`.execute(tx.db)
  return rows
}
