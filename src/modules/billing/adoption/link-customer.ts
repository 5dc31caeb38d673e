import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'

/**
 * Makes a customer at the gateway the one of ours, who is held. Throws `adoption_customer_taken` when it is somebody else's,
 * `adoption_customer_differs` when ours is another one there already.
 */
export async function linkGatewayCustomer(
  tx: Tx,
  { customerId, gatewayCustomerId }: { customerId: string; gatewayCustomerId: string },
): Promise<void> {
  await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forUpdate().execute()
  const links = await tx.db
    .selectFrom('gatewayCustomers')
    .innerJoin('customers', 'customers.id', 'gatewayCustomers.customerId')
    .select(['gatewayCustomers.customerId', 'gatewayCustomers.gatewayCustomerId', 'customers.name'])
    .where('gatewayCustomers.gateway', '=', 'stripe')
    .where((where) =>
      where.or([
        where('gatewayCustomers.customerId', '=', customerId),
        where('gatewayCustomers.gatewayCustomerId', '=', gatewayCustomerId),
      ]),
    )
    .execute()
  const taken = links.find((link) => link.customerId !== customerId)
  if (taken)
    throw new Problem(
      'conflict',
      'adoption_customer_taken',
      `At Stripe this is the customer of ${taken.name} (${taken.customerId}). Adopt it for them.`,
    )
  const [own] = links
  if (own && own.gatewayCustomerId !== gatewayCustomerId)
    throw new Problem(
      'conflict',
      'adoption_customer_differs',
      `This customer pays as ${own.gatewayCustomerId} at Stripe, and the subscription is of ${gatewayCustomerId}. Choose another customer, or set one up for it.`,
    )
  if (own) return
  await tx.db
    .insertInto('gatewayCustomers')
    .values({ customerId, gateway: 'stripe', gatewayCustomerId, createdAt: tx.now })
    .execute()
}
