import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { memberAs } from '#test/support/actors.ts'
import { buildPaidOrder, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { beyondOwnRows, seeRowsOf, withRowScope } from './row-scope.ts'

const app = await createTestApp()
after(() => app.close())

let [own, foreign] = ['', '']
before(async () => {
  own = (await buildPaidOrder(app)).customer.id
  foreign = (await buildPaidOrder(app)).customer.id
})

/** As a request of a customer's user would run it. */
const asCustomer = <T>(customerId: string, run: () => Promise<T>): Promise<T> =>
  withRowScope(() => {
    seeRowsOf(memberAs(customerId))
    return run()
  })

/** Tables with a customer that are about users and their sessions; each query asks by the user. */
const BY_USER = ['api_tokens', 'members', 'service_grants', 'sessions']

test('every table that names a customer has the second wall, or a reason why not', async () => {
  const { rows } = await sql<{ table: string; walled: boolean }>`
    select c.relname as table, c.relrowsecurity as walled from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`.execute(app.db)
  assert.deepEqual(
    rows.filter(({ walled }) => !walled).map(({ table }) => table),
    BY_USER,
  )
  assert.ok(rows.length > 15)
})

test('a query that forgets its owner sees one customer alone', async () => {
  const tables = await sql<{ table: string }>`select relname as table from pg_class
    where relrowsecurity and relnamespace = 'public'::regnamespace order by 1`.execute(app.db)
  for (const { table } of tables.rows) {
    const count = async (): Promise<bigint> =>
      (await sql<{ n: bigint }>`select count(*) as n from ${sql.table(table)}`.execute(app.db)).rows[0]!.n
    const [all, mine, theirs] = [await count(), await asCustomer(own, count), await asCustomer(foreign, count)]
    assert.ok(mine + theirs <= all, table)
    if (!['carts', 'cart_items', 'invitations', 'ledger_entries', 'ledger_transactions'].includes(table))
      assert.ok(all === 0n || (mine > 0n && mine < all), `${table}: ${mine} of ${all}`)
  }
})

test('what belongs to somebody else cannot be changed, ended or made', async () => {
  await asCustomer(own, () =>
    app.transaction(tester, async (tx) => {
      const changed = await tx.db
        .updateTable('services')
        .set({ hostname: 'mine' })
        .where('customerId', '=', foreign)
        .execute()
      assert.equal(changed[0]?.numUpdatedRows, 0n)
      const ended = await tx.db.deleteFrom('orders').where('customerId', '=', foreign).execute()
      assert.equal(ended[0]?.numDeletedRows, 0n)
    }),
  )
  await assert.rejects(
    asCustomer(own, () =>
      app.transaction(tester, (tx) =>
        tx.db.updateTable('payments').set({ customerId: foreign }).where('customerId', '=', own).execute(),
      ),
    ),
    { code: '42501' },
  )
})

test('the view of a request never stays behind on a connection, whatever became of its work', async () => {
  const countAll = async (): Promise<bigint> =>
    (await sql<{ n: bigint }>`select count(distinct customer_id) as n from invoices`.execute(app.db)).rows[0]!.n
  const boom = new Error('boom')
  for (let round = 0; round < 40; round += 1) {
    const seen = await Promise.all([
      asCustomer(own, countAll),
      asCustomer(own, () => beyondOwnRows(countAll)),
      asCustomer(foreign, () => sql`select 1 / (select 0 from invoices limit 1)`.execute(app.db).catch(() => 'failed')),
      asCustomer(foreign, () =>
        app
          .transaction(tester, async (tx) => {
            await sql`select 1`.execute(tx.db)
            throw boom
          })
          .catch((error: unknown) => error),
      ),
      countAll(),
      app.database.pool
        .query<{ n: string }>('select count(distinct customer_id)::text as n from invoices')
        .then(({ rows }) => rows[0]!.n),
      asCustomer(foreign, countAll),
    ])
    assert.deepEqual(seen, [1n, 2n, 'failed', boom, 2n, '2', 1n])
  }
})
