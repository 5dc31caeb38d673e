import { buyServer, type Purchase } from './buyer.ts'
import type { Life } from './life.ts'
import type { Story } from './story.ts'
import type { World } from './world.ts'

/** A server is bought by card, from the registration to the machine that runs. */
export const purchase: Story = {
  name: 'purchase',
  moves: false,
  from: ['nobody', 'starter', 'grown', 'suspended', 'contested'],
  async act({ world }) {
    const bought = await buyServer(world)
    const life = await lifeOf(world, bought)
    return { life, mails: ['verify-email', 'invoice-receipt', 'service-ready'], judge: () => judge(world, bought) }
  },
}

async function lifeOf({ inspector }: World, { email, client, serviceId }: Purchase): Promise<Life> {
  const [row] = await inspector.rows<{ customer: string; subscription: string }>(
    'select customer_id as customer, subscription_id as subscription from services where id = $1',
    [serviceId],
  )
  return {
    standing: 'starter',
    email,
    client,
    serviceId,
    customerId: row!.customer,
    subscriptionId: row!.subscription,
  }
}

/** What was acknowledged is there, once. */
async function judge({ inspector }: World, bought: Purchase): Promise<string[]> {
  const rows = await inspector.rows<Record<string, string | number | boolean | null>>(
    `select c.city, u.email_verified_at is not null as verified,
      (select count(*)::int from users where email = $1) as users,
      (select count(*)::int from orders where customer_id = c.id) as orders,
      (select count(*)::int from invoices where customer_id = c.id) as invoices,
      (select count(*)::int from payments where customer_id = c.id and state = 'succeeded') as payments,
      (select count(*)::int from services where customer_id = c.id) as services,
      (select count(*)::int from subscriptions where customer_id = c.id) as subscriptions,
      (select state::text from orders where id = $2) as order_state,
      (select number from invoices where id = $3 and state = 'paid') as number,
      (select paid_minor::int from invoices where id = $3) as paid,
      (select state::text from payments where id = $4) as payment,
      (select count(*)::int from invoices where number is not null and number = (select number from invoices where id = $3)) as numbered
    from customers c join members m on m.customer_id = c.id join users u on u.id = m.user_id where u.email = $1`,
    [bought.email, bought.orderId, bought.invoiceId, bought.paymentId],
  )
  const expected = {
    city: 'Berlin',
    verified: true,
    users: 1,
    orders: 1,
    invoices: 1,
    payments: 1,
    services: 1,
    subscriptions: 1,
    order_state: 'active',
    number: bought.invoiceNumber,
    paid: bought.totalMinor,
    payment: 'succeeded',
    numbered: 1,
  }
  const [row] = rows
  if (!row) return [`${bought.email} is not there, though registering was acknowledged`]
  return [...bought.contradictions, ...differences(row, expected)]
}

/** What of a row is not as it should be, in sentences. */
export function differences(
  row: object | undefined,
  expected: Record<string, string | number | boolean | null>,
): string[] {
  const found = new Map(Object.entries(row ?? {}) as [string, unknown][])
  return Object.entries(expected)
    .filter(([name, value]) => found.get(name) !== value)
    .map(([name, value]) => `${name} is ${String(found.get(name))}, not ${String(value)}`)
}
