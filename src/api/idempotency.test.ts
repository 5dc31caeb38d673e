import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import {
  apiClient,
  buildCustomer,
  buildOrder,
  PASSWORD,
  type ProblemAnswer,
  type TestCustomer,
  vpsItem,
} from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { forgetIdempotencyKeys } from './forget-idempotency-keys.ts'

const app = await createTestApp()
after(() => app.close())

let jane: TestCustomer
before(async () => {
  jane = await buildCustomer(app)
})

type Order = { id: string }

async function orderBody(): Promise<object> {
  const items = [vpsItem()]
  const quote = await jane.api.post<{ token: string }>('/quotes', { currency: 'EUR', items })
  return { currency: 'EUR', items, quote: quote.body.token }
}

const countOrders = async (): Promise<number> =>
  (await app.db.selectFrom('orders').select('id').where('customerId', '=', jane.actor.customerId).execute()).length

const place = (body: object, key: string) => jane.api.post<Order>('/orders', body, { 'idempotency-key': key })

test('the same order sent again with its key gets the first answer', async () => {
  const body = await orderBody()
  const first = await place(body, 'again')
  const second = await place(body, 'again')
  assert.equal(first.status, 201)
  assert.equal(first.headers.get('idempotent-replayed'), null)
  assert.equal(second.headers.get('idempotent-replayed'), 'true')
  assert.equal(second.status, 201)
  assert.deepEqual(second.body, first.body)
  assert.equal(second.headers.get('location'), first.headers.get('location'))
  assert.equal(second.headers.get('content-type'), 'application/json')
})

test('a key belongs to one request: another body is refused', async () => {
  const body = await orderBody()
  await place(body, 'one-request')
  const answer = (await place({ ...body, currency: 'USD' }, 'one-request')) as unknown as ProblemAnswer
  assert.equal(answer.status, 422)
  assert.equal(answer.body.code, 'idempotency_key_reused')
  assert.equal(answer.body.issues?.[0]?.path, 'Idempotency-Key')
})

test('a refused request did nothing, so its key can be used for the corrected one', async () => {
  const body = await orderBody()
  assert.equal((await place({ ...body, quote: 'stale' }, 'corrected')).status, 409)
  assert.equal((await place(body, 'corrected')).status, 201)
})

test('twenty at once with one key place one order', async () => {
  const placed = await countOrders()
  const body = await orderBody()
  const answers = await Promise.all(Array.from({ length: 20 }, () => place(body, 'stampede')))
  assert.equal(await countOrders(), placed + 1)
  const done = answers.filter((answer) => answer.status === 201)
  assert.equal(new Set(done.map((answer) => answer.body.id)).size, 1)
  for (const answer of answers) assert.ok([201, 409].includes(answer.status))
})

test('a crash between placing the order and keeping the answer does not place it twice', async () => {
  const body = await orderBody()
  const first = await place(body, 'crashed')
  await sql`update idempotency_keys set status = null, answer = null where key = 'crashed'`.execute(app.db)

  const busy = (await place(body, 'crashed')) as unknown as ProblemAnswer
  assert.equal(busy.body.code, 'idempotency_key_in_use')
  assert.equal(busy.headers.get('retry-after'), '1')

  await sql`update idempotency_keys set created_at = created_at - interval '61 seconds' where key = 'crashed'`.execute(
    app.db,
  )
  const second = await place(body, 'crashed')
  assert.equal(second.status, 201)
  assert.equal(second.body.id, first.body.id)
})

test('a key is known for a day, and an order for good', async () => {
  const body = await orderBody()
  const first = await place(body, 'old')
  await sql`update idempotency_keys set created_at = created_at - interval '25 hours' where key = 'old'`.execute(app.db)
  await forgetIdempotencyKeys.run(app, {}, new AbortController().signal)
  assert.equal((await sql`select 1 from idempotency_keys where key = 'old'`.execute(app.db)).rows.length, 0)
  assert.equal((await place(body, 'old')).body.id, first.body.id)
})

test('a token made with a key is told again, and stands nowhere in clear', async () => {
  const make = () =>
    jane.api.post<{ id: string; token: string }>('/api-tokens', { name: 'Kept' }, { 'idempotency-key': 'tok' })
  const first = await make()
  const second = await make()
  assert.equal(second.body.token, first.body.token)
  const { rows } = await sql<{ all: string }>`select string_agg(k::text, ' ') as all from idempotency_keys k`.execute(
    app.db,
  )
  assert.ok(!rows[0]!.all.includes(first.body.token))
  assert.ok(!rows[0]!.all.includes(jane.email))
})

test('a key of one user says nothing to another', async () => {
  const tom = await buildCustomer(app)
  const mine = await jane.api.post<{ id: string }>('/api-tokens', { name: 'Same' }, { 'idempotency-key': 'shared' })
  const his = await tom.api.post<{ id: string }>('/api-tokens', { name: 'Same' }, { 'idempotency-key': 'shared' })
  assert.notEqual(his.body.id, mine.body.id)
})

test('opening a payment page again gives the same page', async () => {
  const { invoiceId } = await buildOrder(jane)
  const open = (key: string) =>
    jane.api.post<{ url: string }>(`/invoices/${invoiceId}/payments`, undefined, { 'idempotency-key': key })
  const urls = [(await open('pay')).body.url, (await open('pay')).body.url, (await open('pay-again')).body.url]
  assert.equal(new Set(urls).size, 1)
})

test('a key that is none is refused', async () => {
  for (const key of ['', 'x'.repeat(256), 'with space']) {
    const answer = (await apiClient(app).post(
      '/sessions',
      { email: jane.email, password: PASSWORD },
      { 'idempotency-key': key },
    )) as ProblemAnswer
    assert.equal(answer.body.issues?.[0]?.path, 'Idempotency-Key')
  }
})
