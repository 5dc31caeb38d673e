import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { invitationMachine } from '#modules/accounts/invitation.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'

/** So long a closed account can be opened again; then what is personal in it is erased. */
export const ERASED_AFTER_DAYS = 14

/** What stands in the way of closing an account, and what the law keeps of it. */
export type Closing = { services: number; openInvoices: number; keptInvoices: number; keptPayments: number }

/** Throws `permission_denied` for whoever may not close it. */
export async function getClosing(app: App, actor: Actor): Promise<Closing> {
  requireRight(actor, 'customer.close')
  return countFor(app.db, actingCustomerId(actor))
}

async function countFor(db: App['db'] | Tx['db'], customerId: string): Promise<Closing> {
  const { rows } = await sql<Closing>`
    select (select count(*)::int from services where customer_id = c.id and state <> 'terminated') as services,
      (select count(*)::int from invoices where customer_id = c.id and state = 'open') as open_invoices,
      (select count(*)::int from invoices where customer_id = c.id and number is not null) as kept_invoices,
      (select count(*)::int from payments where customer_id = c.id and state = 'succeeded') as kept_payments
    from customers c where c.id = ${customerId}`.execute(db)
  return rows[0]!
}

/**
 * Closes the actor's account: nobody acts for it any more, its tokens, loans and invitations end, and after two weeks what is
 * personal in it is erased; until then our people can open it again. Twice is as once. Invoices and payments stay as long as tax law asks (in
 * Germany ten years, § 147 AO). Throws `permission_denied`, `confirmation_needed`, `services_running`, `invoices_open`.
 */
export async function closeCustomer(app: App, actor: Actor): Promise<void> {
  requireRight(actor, 'customer.close')
  requireConfirmed(actor, app.clock.now())
  const customerId = actingCustomerId(actor)
  await app.transaction(actor, async (tx) => {
    const { closedAt } = await lockCustomer(tx, customerId)
    if (closedAt) return
    const { services, openInvoices, keptInvoices, keptPayments } = await countFor(tx.db, customerId)
    if (services > 0)
      throw new Problem('conflict', 'services_running', 'Please have every server of this account ended first.')
    if (openInvoices > 0)
      throw new Problem('conflict', 'invoices_open', 'Please pay or cancel what is open in this account first.')
    await tx.db
      .updateTable('customers')
      .set({ closedAt: tx.now, updatedAt: tx.now })
      .where('id', '=', customerId)
      .execute()
    await endAccess(tx, customerId)
    const erasedAt = tx.now.add({ hours: 24 * ERASED_AFTER_DAYS }).toString()
    await tx.emit('customer.closed', customerId, { customerId, after: { erasedAt, keptInvoices, keptPayments } })
  })
}

/** Everything by which somebody could act for the customer, besides their membership, which a reopened account needs. */
async function endAccess(tx: Tx, customerId: string): Promise<void> {
  const ended = [
    ['apiTokens', 'api_token.revoked'],
    ['serviceGrants', 'service_grant.revoked'],
    ['sessions', 'session.revoked'],
  ] as const
  for (const [table, event] of ended) {
    const rows = await tx.db
      .updateTable(table)
      .set({ revokedAt: tx.now })
      .where('customerId', '=', customerId)
      .where('revokedAt', 'is', null)
      .returning(['id', 'userId'])
      .execute()
    for (const { id, userId } of rows) await tx.emit(event, id, { customerId, after: { userId } })
  }
  const invitations = await tx.db
    .selectFrom('invitations')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('state', '=', 'pending')
    .forUpdate()
    .execute()
  for (const invitation of invitations) await transition(tx, invitationMachine, invitation, 'revoke')
}
