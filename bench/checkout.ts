import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { placeOrder } from '#modules/orders/place-order.ts'
import { buyerIn } from '#modules/billing/tax.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import type { ItemConfiguration } from '#modules/orders/item-configuration.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { type Bench, CONNECTIONS } from './context.ts'
import { compare, median, perSecond, type Result } from './measure.ts'
import { memberAs } from '#test/support/actors.ts'

const KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, 7)]).toString('base64')} bench`
const item: ItemConfiguration = {
  plan: 'vps-starter',
  period: 'month',
  region: 'fsn1',
  image: 'debian-13',
  hostname: 'bench',
  sshKey: KEY,
  options: [],
}

/** B3: an order placed, as a command, against one function call that writes the same rows. */
export async function benchCheckout({ app, floor }: Bench, count: number): Promise<Result[]> {
  const customers = await makeCustomers(app, 1_000)
  const entity = await app.db.selectFrom('legalEntities').select('id').executeTakeFirstOrThrow()
  const plan = await app.db.selectFrom('plans').select('id').where('slug', '=', 'vps-starter').executeTakeFirstOrThrow()
  const region = await app.db
    .selectFrom('regions')
    .select('id')
    .where('slug', '=', item.region)
    .executeTakeFirstOrThrow()
  const customerOf = (index: number): string => customers[index % customers.length]!
  const quote = await computeQuote(app, { currency: 'EUR', items: [item], buyer: buyerIn('DE') })
  const actorOf = (index: number): Actor => memberAs(customerOf(index), 'usr_bench')

  const raw = (hands: number) => () =>
    perSecond(count, hands, (index) =>
      floor.query({
        name: 'checkout',
        text: 'select floor.checkout($1, $2, $3, $4, $5)',
        values: [newId('req').slice(4), customerOf(index), entity.id, plan.id, region.id],
      }),
    )
  const product = (hands: number) => () =>
    perSecond(count, hands, (index) =>
      placeOrder(app, actorOf(index), {
        currency: 'EUR',
        items: [item],
        quote: quote.token,
        idempotencyKey: newId('req'),
      }),
    )

  assert.deepEqual(await written(app, raw(1)), await written(app, product(1)), 'floor and product write the same')

  const one = await compare(
    { card: 'B3', metric: 'orders placed, 1 connection', unit: '/s', gate: 0, goal: 0.8 },
    raw(1),
    product(1),
  )
  const many = await compare(
    { card: 'B3', metric: `orders placed, ${CONNECTIONS} connections`, unit: '/s', gate: 0.5, goal: 0.8 },
    raw(CONNECTIONS),
    product(CONNECTIONS),
  )
  const scale = median(many.product) / median(one.product)
  return [one, { ...many, note: `${scale.toFixed(2)} x the rate of one connection` }]
}

const TABLES = [
  'orders',
  'order_items',
  'stock_holdings',
  'invoices',
  'invoice_lines',
  'invoice_taxes',
  'events',
] as const

/** How many rows of each table a piece of work adds, and which of their columns it fills. */
async function written(app: Bench['app'], work: () => Promise<unknown>): Promise<object> {
  const count = async (): Promise<Record<string, bigint>> => {
    const { rows } = await sql<{ filled: string; rows: bigint }>`${sql.join(
      TABLES.map(
        (
          table,
        ) => sql`select ${table} || ' ' || (select string_agg(key, ' ' order by key) from jsonb_object_keys(jsonb_strip_nulls(to_jsonb(t))) key)
          as filled, count(*) as rows from ${sql.table(table)} t group by 1`,
      ),
      sql` union all `,
    )}`.execute(app.db)
    return Object.fromEntries(rows.map(({ filled, rows: number }) => [filled, number]))
  }
  const before = await count()
  await work()
  const after = await count()
  return Object.fromEntries(
    Object.entries(after)
      .map(([filled, number]) => [filled, number - (before[filled] ?? 0n)] as const)
      .filter(([, added]) => added > 0n),
  )
}

async function makeCustomers(app: Bench['app'], count: number): Promise<string[]> {
  const now = app.clock.now()
  const rows = Array.from({ length: count }, (_each, index) => ({
    id: newId('cus'),
    name: `Customer ${index}`,
    email: `bench-${index}@example.com`,
    addressLine1: 'Street 1',
    postalCode: '10115',
    city: 'Berlin',
    country: 'DE',
    currency: 'EUR',
    locale: 'en' as const,
    membersNeedSecondFactor: false,
    autoPay: true,
    createdAt: now,
    updatedAt: now,
  }))
  await app.db.insertInto('customers').values(rows).execute()
  return rows.map((row) => row.id)
}
