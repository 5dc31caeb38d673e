import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { transition } from '#platform/state-machine.ts'
import { DATA_EXPORT_COLUMNS, dataExportMachine } from './data-export.ts'

const EVENTS_MAX = 100_000
const actor = system('support')

/** Makes the file of a person's data. A second run finds it made. */
export const exportPersonalData = job({
  name: 'support.export-personal-data',
  queue: 'maintenance',
  payload: z.object({ exportId: z.string() }),
  async run(app, { exportId }) {
    const wanted = await app.db
      .selectFrom('dataExports')
      .select(DATA_EXPORT_COLUMNS)
      .where('id', '=', exportId)
      .executeTakeFirst()
    if (wanted?.state !== 'pending') return
    const content = gzipSync(JSON.stringify(await collect(app, wanted.userId), undefined, 2))
    await app.transaction(actor, async (tx) => {
      const pending = await tx.db
        .selectFrom('dataExports')
        .select(DATA_EXPORT_COLUMNS)
        .where('id', '=', exportId)
        .forUpdate()
        .executeTakeFirst()
      if (pending?.state !== 'pending') return
      await transition(tx, dataExportMachine, pending, 'finish')
      // By itself: what a transition changes is written to the log.
      await tx.db.updateTable('dataExports').set({ content }).where('id', '=', exportId).execute()
    })
  },
})

/** Everything about a person, and about the customers they own; secrets and digests of them are left out. One statement. */
async function collect({ db, clock }: App, userId: string): Promise<object> {
  const rowsOf = (table: string, where: ReturnType<typeof sql>, hidden: string[] = []) => sql`
    coalesce((select jsonb_agg(to_jsonb(t) - ${hidden}::text[]) from ${sql.table(table)} t where ${where}), '[]'::jsonb)`
  const own = sql`t.user_id = u.id`
  const theirs = sql`t.customer_id in (select m.customer_id from members m where m.user_id = u.id and m.role = 'owner')`
  const { rows } = await sql<{ data: object }>`
    select jsonb_build_object(
      'madeAt', ${clock.now()}::timestamptz,
      'you', to_jsonb(u) - array['password_hash'],
      'memberships', ${rowsOf('members', own)},
      'sessions', ${rowsOf('sessions', own, ['token_hash'])},
      'passkeys', ${rowsOf('passkeys', own, ['public_key'])},
      'identities', ${rowsOf('identities', own)},
      'apiTokens', ${rowsOf('api_tokens', own, ['token_hash'])},
      'borrowedServices', ${rowsOf('service_grants', own)},
      'mails', ${rowsOf('notifications', sql`t.recipient = u.email`)},
      'history', coalesce((select jsonb_agg(to_jsonb(e) - array['transaction'] order by e.sequence) from (
        select * from events e where (e.actor_id = u.id and e.actor_kind <> 'system') or e.subject_id = u.id order by e.sequence desc limit ${EVENTS_MAX}) e), '[]'::jsonb),
      'customers', ${rowsOf('customers', sql`t.id in (select m.customer_id from members m where m.user_id = u.id and m.role = 'owner')`)},
      'orders', ${rowsOf('orders', theirs, ['idempotency_key'])},
      'orderItems', ${rowsOf('order_items', sql`t.order_id in (select o.id from orders o join members m on m.customer_id = o.customer_id where m.user_id = u.id and m.role = 'owner')`)},
      'invoices', ${rowsOf('invoices', theirs, ['idempotency_key'])},
      'invoiceLines', ${rowsOf('invoice_lines', sql`t.invoice_id in (select i.id from invoices i join members m on m.customer_id = i.customer_id where m.user_id = u.id and m.role = 'owner')`)},
      'invoiceTaxes', ${rowsOf('invoice_taxes', sql`t.invoice_id in (select i.id from invoices i join members m on m.customer_id = i.customer_id where m.user_id = u.id and m.role = 'owner')`)},
      'taxProfiles', ${rowsOf('tax_profiles', theirs)},
      'vatChecks', ${rowsOf('vat_checks', theirs)},
      'payments', ${rowsOf('payments', theirs, ['session_url', 'idempotency_key'])},
      'savedCards', ${rowsOf('payment_methods', theirs)},
      'subscriptions', ${rowsOf('subscriptions', theirs)},
      'services', ${rowsOf('services', theirs)}
    ) as data from users u where u.id = ${userId}`.execute(db)
  return rows[0]!.data
}
