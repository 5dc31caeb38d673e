import { createHash } from 'node:crypto'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'

/** The same request gets the same key. The gateway refuses a known key with another request, such as another way back. */
export const gatewayKey = (id: string, ...differing: string[]): string =>
  `${id}-${createHash('sha256').update(JSON.stringify(differing)).digest('hex').slice(0, 16)}`

/** The gateway's name for a customer of ours, made there when there is none yet. Throws `payment_gateway_unavailable`. */
export async function ensureGatewayCustomer(app: App, actor: Actor, customerId: string): Promise<string> {
  const known = await findGatewayCustomer(app.db, customerId)
  if (known) return known
  const customer = await app.db
    .selectFrom('customers')
    .select(['name', 'email'])
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const { gatewayCustomerId } = await app.paymentGateway.createCustomer({
    key: gatewayKey(`customer-${customerId}`, customer.name, customer.email),
    customerId,
    ...customer,
  })
  return app.transaction(actor, async (tx) => {
    await tx.db
      .insertInto('gatewayCustomers')
      .values({ customerId, gateway: 'stripe', gatewayCustomerId, createdAt: tx.now })
      .onConflict((conflict) => conflict.columns(['customerId', 'gateway']).doNothing())
      .execute()
    return (await findGatewayCustomer(tx.db, customerId))!
  })
}

async function findGatewayCustomer(db: App['db'], customerId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('gatewayCustomers')
    .select('gatewayCustomerId')
    .where('customerId', '=', customerId)
    .where('gateway', '=', 'stripe')
    .executeTakeFirst()
  return row?.gatewayCustomerId
}
