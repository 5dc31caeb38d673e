import { randomUUID } from 'node:crypto'
import { creditGranted, post } from '#modules/billing/ledger.ts'
import { system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { type Bench, CONNECTIONS } from './context.ts'
import { compare, median, perSecond, type Result } from './measure.ts'

const HOT = 10
const actor = system('bench')

/**
 * B8: movements between two accounts, spread over many customers and then crowded onto ten, against a transaction of three
 * plain inserts. That the crowded ones are as fast proves that no balance row is waited for.
 */
export async function benchLedger({ app, floor }: Bench, count: number, customerCount: number): Promise<Result[]> {
  const customers = await makeCustomers({ floor }, customerCount)
  const raw = (accounts: number) => () =>
    perSecond(count, CONNECTIONS, async (index) => {
      const client = await floor.connect()
      try {
        const id = newId('ltx')
        await client.query('begin')
        await client.query({
          name: 'movement',
          text: `insert into ledger_transactions (id, kind, reference, customer_id, created_at) values ($1, 'credit_grant', $2, $3, clock_timestamp())`,
          values: [id, randomUUID(), customers[index % accounts]],
        })
        for (const [account, amount] of [
          ['goodwill', 100],
          ['credit', -100],
        ])
          await client.query({
            name: 'entry',
            text: `insert into ledger_entries (transaction_id, account, currency, amount_minor) values ($1, $2, 'EUR', $3)`,
            values: [id, account, amount],
          })
        await client.query('commit')
      } finally {
        client.release()
      }
    })
  const product = (accounts: number) => () =>
    perSecond(count, CONNECTIONS, (index) =>
      app.transaction(actor, (tx) => {
        const grant = { id: randomUUID(), customerId: customers[index % accounts]!, currency: 'EUR', amountMinor: 100n }
        return post(tx, [creditGranted(grant, 'goodwill')])
      }),
    )
  const card = { card: 'B8', unit: '/s', gate: 0.5, goal: 0.8 }
  const cold = await compare(
    { ...card, metric: `movements, ${customerCount} accounts`, note: 'floor is begin, three inserts, commit' },
    raw(customerCount),
    product(customerCount),
  )
  const hot = await compare({ ...card, metric: `movements, ${HOT} hot accounts` }, raw(HOT), product(HOT))
  const share = median(hot.product) / median(cold.product)
  return [cold, { ...hot, note: `${share.toFixed(2)} x the rate over all accounts` }]
}

async function makeCustomers({ floor }: Pick<Bench, 'floor'>, count: number): Promise<string[]> {
  const { rows } = await floor.query<{ id: string }>(
    `insert into customers (id, name, email, address_line1, postal_code, city, country, currency, locale, members_need_second_factor, auto_pay, created_at, updated_at)
    select 'cus_ledger_' || n, 'Customer ' || n, 'ledger-' || n || '@example.com', 'Street 1', '10115', 'Berlin', 'DE', 'EUR', 'en', false, true, now(), now()
    from generate_series(1, $1) n returning id`,
    [count],
  )
  return rows.map(({ id }) => id)
}
