import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { MIRRORED, type MirroredType, type RawObject } from './gateway-mirror.ts'
import { mirrorGateway } from './mirror-gateway.ts'

const app = await createTestApp()
after(() => app.close())

const copy = () => mirrorGateway.run(app, {}, new AbortController().signal)

type Stored = { data: RawObject; deleted: boolean; syncedAt: Temporal.Instant }
async function stored(type: MirroredType, id: string): Promise<Stored | undefined> {
  const { rows } = await sql<Stored>`
    select data, deleted, synced_at from ${sql.table(`stripe.${type}`)} where id = ${id}`.execute(app.db)
  return rows[0]
}
async function ids(type: MirroredType): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(`stripe.${type}`)} order by id`.execute(app.db)
  return rows.map(({ id }) => id)
}

async function atGateway(type: MirroredType): Promise<string[]> {
  const found: string[] = []
  for (let more = true; more;) {
    const page = await app.paymentGateway.listObjects(type, found.at(-1))
    found.push(...page.objects.map(({ id }) => id))
    more = page.hasMore
  }
  return found.toSorted()
}

const LISTED = MIRRORED.filter((type) => type !== 'payment_methods')
const paid = await buildPaidOrder(app)
const { gatewayCustomerId } = await app.db
  .selectFrom('gatewayCustomers')
  .select('gatewayCustomerId')
  .where('customerId', '=', paid.customer.id)
  .executeTakeFirstOrThrow()

let serial = 0
async function newCustomer(): Promise<string> {
  serial += 1
  const about = { key: `mirror-${serial}`, customerId: 'cus_other', email: 'ada@example.test', name: 'Ada' }
  return (await app.paymentGateway.createCustomer(about)).gatewayCustomerId
}

/** Something else on the account changes a customer. */
async function rename(id: string, name: string): Promise<void> {
  await app.stripe.fetch(`http://127.0.0.1/v1/customers/${id}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.config.stripe.secretKey.reveal()}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ name }).toString(),
  })
}

test('what events tell of is copied as it is at Stripe, and the messages keep no copy of their own', async () => {
  const charge = [...app.stripe.effects().values()][0]![0]!
  const here = await stored('charges', charge.id)
  const there = await app.paymentGateway.getObject('charges', charge.id)
  assert.deepEqual(here?.data, there)
  assert.equal((await stored('customers', gatewayCustomerId))?.data['object'], 'customer')
  const { rows } = await sql`select from gateway_events where object is not null`.execute(app.db)
  assert.deepEqual(rows, [])
})

test('what was there before is copied page by page, goes on where it stopped, and then is complete', async () => {
  app.stripe.webhooks.hold()
  for (let n = 0; n < 230; n += 1) await newCustomer()
  // Two workers, each killed after a page.
  const killed = AbortSignal.abort(new Error('killed'))
  for (const pages of [1, 2]) {
    await assert.rejects(mirrorGateway.run(app, {}, killed), /killed/)
    const known = (await ids('customers')).length
    assert.ok(known >= pages * 100 && known < 230, `${known} are there after page ${pages}`)
  }
  await copy()
  for (const type of LISTED) assert.deepEqual(await ids(type), await atGateway(type), type)
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from gateway_cursors where name like 'mirror.test.%' and completed_at is null`.execute(
    app.db,
  )
  assert.equal(rows[0]?.open, 0)
  await app.stripe.webhooks.release()
  await app.work()
  for (const type of ['customers', 'charges', 'payment_intents'] as const)
    assert.deepEqual(await ids(type), await atGateway(type), type)
})

test('a message that comes late or twice never brings an older version back', async () => {
  const id = await newCustomer()
  await app.work()
  await rename(id, 'Ada Lovelace')
  await app.work()
  assert.equal((await stored('customers', id))?.data['name'], 'Ada Lovelace')
  const created = app.stripe.events().find((each) => each.type === 'customer.created' && each.data.object.id === id)!
  // As if the first message came only now, once within the same second and once long after.
  for (const later of ['0 s', '1 hour']) {
    await sql`update stripe.customers set synced_at = synced_at + ${later}::interval where id = ${id}`.execute(app.db)
    await sql`delete from gateway_events where id = ${created.id}`.execute(app.db)
    await app.stripe.resend(created.id)
    await app.work()
    assert.equal((await stored('customers', id))?.data['name'], 'Ada Lovelace')
  }
})

test('of a deleted customer nothing is kept but that there was one, and late messages do not bring it back', async () => {
  const id = await newCustomer()
  await app.work()
  await app.paymentGateway.forgetCustomer({ gatewayCustomerId: id })
  await app.work()
  const gone = await stored('customers', id)
  assert.deepEqual(gone?.data, { id, object: 'customer', deleted: true })
  assert.equal(gone.deleted, true)
  const created = app.stripe.events().find((each) => each.type === 'customer.created' && each.data.object.id === id)!
  await sql`delete from gateway_events where id = ${created.id}`.execute(app.db)
  await app.stripe.resend(created.id)
  await app.work()
  assert.equal((await stored('customers', id))?.deleted, true)
})

test('what no event tells of is found within minutes', async () => {
  await buildPaidOrder(app)
  await copy()
  const before = await atGateway('balance_transactions')
  assert.ok((await ids('balance_transactions')).length < before.length)
  app.advance({ minutes: 6 })
  await copy()
  assert.deepEqual(await ids('balance_transactions'), before)
})

test('what acts for a customer cannot read the copy', async () => {
  const reading = app.db.transaction().execute(async (db) => {
    await sql`set local role ez_customer`.execute(db)
    await sql`select from stripe.customers`.execute(db)
  })
  await assert.rejects(reading, /permission denied/)
})

test('the joins in the documentation answer what they promise', async () => {
  const page = await readFile(new URL('../../../docs/stripe-mirror.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/```sql\n([^`]+)```/g)].map(([, text]) => text!)
  assert.equal(examples.length, 3)
  const [fees, methods, unknown] = await Promise.all(
    examples.map(async (text) => (await sql.raw<Record<string, unknown>>(text).execute(app.db)).rows),
  )
  const fee = fees!.find(({ id }) => id === paid.payment.id)
  assert.ok(fee)
  assert.equal(fee['currency'], paid.payment.currency)
  assert.equal((fee['net'] as bigint) + (fee['fee'] as bigint), paid.payment.amountMinor)
  assert.ok(methods!.some(({ customerId }) => customerId === paid.customer.id))
  assert.deepEqual(unknown, [])
})
