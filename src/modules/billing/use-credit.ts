import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCredit } from './apply-credit.ts'
import type { Invoice } from './invoice.ts'

type Whose = { customerId: string; currency: string }

/**
 * When a customer got credit, or an attempt to pay is over beside which their credit had to wait: it pays their open renewals,
 * the first due first, so that nobody is suspended who has the money with us.
 */
export const useCreditLater = job({
  name: 'billing.use-credit',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId }) {
    const { rows } = await sql<Whose>`
      select s.customer_id, s.currency from (
        select customer_id, currency from credit_grants where id = ${subjectId}
        union all select customer_id, currency from payments where id = ${subjectId}) s
      where exists (select from credit_grants g where g.customer_id = s.customer_id and g.currency = s.currency and g.remaining_minor > 0)`.execute(
      app.db,
    )
    if (rows[0]) await app.transaction(system('billing'), (tx) => useCredit(app, tx, rows[0]!))
  },
})

/** Somebody who is paying a document this moment must not be asked for less than what their page says. */
async function useCredit(app: App, tx: Tx, { customerId, currency }: Whose): Promise<void> {
  const { rows } = await sql<Invoice>`
    select i.* from invoices i
    where i.customer_id = ${customerId} and i.currency = ${currency} and i.state = 'open' and i.purpose = 'renewal'
      and not exists (select from payment_allocations a where a.invoice_id = i.id and a.pending)
    order by i.id for update`.execute(tx.db)
  for (const invoice of rows.toSorted((a, b) => Temporal.PlainDate.compare(a.dueOn, b.dueOn)))
    await applyCredit(tx, invoice, app.paymentGateway)
}
