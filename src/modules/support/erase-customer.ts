import { sql } from 'kysely'
import { z } from 'zod'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

const actor = system('support')
const NOBODY = 'Erased'
/** No mail server will ever have it (RFC 2606). */
const addressOf = (id: string): string => `${id.replace('_', '-')}@erased.invalid`

/**
 * Erases what is personal in a closed account: first at the gateway, then here, with everybody who shares no other account.
 * Invoices with the buyer they name, payments and the ledger stay. A second run finds it done.
 */
export const eraseCustomer = job({
  name: 'support.erase-customer',
  queue: 'billing',
  payload: z.object({ customerId: z.string() }),
  async run(app, { customerId }) {
    const known = await app.db
      .selectFrom('gatewayCustomers')
      .select('gatewayCustomerId')
      .where('customerId', '=', customerId)
      .execute()
    const { closedAt, erasedAt } = await app.db
      .selectFrom('customers')
      .select(['closedAt', 'erasedAt'])
      .where('id', '=', customerId)
      .executeTakeFirstOrThrow()
    // Opened again meanwhile, or erased by an earlier run.
    if (!closedAt || erasedAt) return
    for (const { gatewayCustomerId } of known) await app.paymentGateway.forgetCustomer({ gatewayCustomerId })
    await app.transaction(actor, async (tx) => {
      const customer = await lockCustomer(tx, customerId)
      if (!customer.closedAt || customer.erasedAt) return
      await eraseRows(tx, customerId)
      const { rows: alone } = await sql<{ id: string }>`
        select m.user_id as id from members m join users u on u.id = m.user_id and u.staff_role is null
        where m.customer_id = ${customerId} and not exists (
          select from members o where o.user_id = m.user_id and o.customer_id <> m.customer_id)
        and not exists (select from service_grants g where g.user_id = m.user_id and g.revoked_at is null)`.execute(
        tx.db,
      )
      await tx.db.deleteFrom('members').where('customerId', '=', customerId).execute()
      for (const { id } of alone) {
        await eraseUser(tx, id)
        await tx.emit('user.erased', id, { customerId })
      }
      await tx.emit('customer.erased', customerId, { customerId, after: { users: alone.length } })
    })
  },
})

async function eraseRows(tx: Tx, customerId: string): Promise<void> {
  await tx.db
    .updateTable('customers')
    .set({
      name: NOBODY,
      email: addressOf(customerId),
      company: null,
      addressLine1: null,
      addressLine2: null,
      postalCode: null,
      city: null,
      country: null,
      region: null,
      vatId: null,
      erasedAt: tx.now,
      updatedAt: tx.now,
    })
    .where('id', '=', customerId)
    .execute()
  await tx.db
    .updateTable('payments')
    .set({ paymentMethodId: null })
    .where('customerId', '=', customerId)
    .where('paymentMethodId', 'is not', null)
    .execute()
  // The registry's answers stay with the invoices they justify.
  await tx.db.deleteFrom('taxProfiles').where('customerId', '=', customerId).execute()
  await tx.db.deleteFrom('paymentMethods').where('customerId', '=', customerId).execute()
  await tx.db.deleteFrom('gatewayCustomers').where('customerId', '=', customerId).execute()
  await tx.db.updateTable('services').set({ sshKey: null }).where('customerId', '=', customerId).execute()
  await tx.db
    .updateTable('notifications')
    .set({ recipient: sql<string>`id || '@erased.invalid'` })
    .where('customerId', '=', customerId)
    .execute()
  await tx.db
    .updateTable('invitations')
    .set({ email: sql<string>`replace(id, '_', '-') || '@erased.invalid'` })
    .where('customerId', '=', customerId)
    .execute()
  await tx.db
    .updateTable('apiTokens')
    .set({ name: NOBODY, addresses: [], lastUsedAddress: null })
    .where('customerId', '=', customerId)
    .execute()
}

async function eraseUser(tx: Tx, userId: string): Promise<void> {
  // Attempts to log in are counted under the address.
  await sql`delete from rate_limits r using users u where u.id = ${userId} and r.key like '%:' || u.email`.execute(
    tx.db,
  )
  await tx.db
    .updateTable('users')
    .set({
      name: NOBODY,
      email: addressOf(userId),
      passwordHash: null,
      emailVerifiedAt: null,
      updatedAt: tx.now,
    })
    .where('id', '=', userId)
    .execute()
  for (const table of [
    'recoveryCodes',
    'totpFactors',
    'passkeyFactors',
    'passkeys',
    'identities',
    'userTokens',
    'signIns',
    'dataExports',
  ] as const)
    await tx.db.deleteFrom(table).where('userId', '=', userId).execute()
  await tx.db
    .updateTable('sessions')
    .set({ userAgent: null, address: null, revokedAt: sql`coalesce(revoked_at, ${tx.now})` })
    .where('userId', '=', userId)
    .execute()
}
