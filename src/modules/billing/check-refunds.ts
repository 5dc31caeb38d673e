import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { lookUpRefund } from './look-up-refund.ts'
import { RESERVING } from './refund.ts'
import { sendRefund } from './send-refund.ts'

const QUIET_MINUTES = 5
const BATCH = 200

/** Asks the gateway how one refund stands, when no message of it came. */
export const checkRefund = job({
  name: 'billing.check-refund',
  queue: 'billing',
  payload: z.object({ refundId: z.string() }),
  async run(app, { refundId }) {
    const refund = await app.db
      .selectFrom('refunds')
      .selectAll()
      .where('id', '=', refundId)
      .where('state', 'in', RESERVING)
      .where('sentAt', 'is not', null)
      .executeTakeFirst()
    if (refund) await lookUpRefund(app, refund)
  },
})

/**
 * Looks after refunds whose outcome is not known: every five minutes, and hourly those the gateway said are under way. One that
 * was not sent within an hour, as while the gateway was away, is sent now.
 */
export const checkRefunds = job({
  name: 'billing.check-refunds',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(system('billing'), async (tx) => {
      const { rows } = await sql<{ id: string; sent: boolean }>`
        update refunds set updated_at = ${tx.now} where id in (
          select id from refunds where state in ('pending', 'needs_person') and destination = 'gateway'
            and updated_at < ${tx.now}::timestamptz - case when gateway_refund_id is null and state = 'pending' and sent_at is not null
              then make_interval(mins => ${QUIET_MINUTES}) else interval '1 hour' end
          order by updated_at limit ${BATCH} for update skip locked)
        returning id, sent_at is not null as sent`.execute(tx.db)
      for (const { id, sent } of rows) await tx.enqueue(sent ? checkRefund : sendRefund, { refundId: id })
    })
  },
})
