import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { listProducts } from './catalog.ts'
import {
  apiClient,
  buildCustomer,
  buildOrder,
  PASSWORD,
  payOnHostedPage,
  type ProblemAnswer,
  type TestCustomer,
  vpsItem,
} from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

let jane: TestCustomer
before(async () => {
  jane = await buildCustomer(app)
})

type List = { data: { id: string }[]; next: string | null }

test('anybody reads the catalogue: products with plans and prices, regions, images', async () => {
  const api = apiClient(app)
  type Products = { data: { slug: string; plans: { slug: string; prices: { amountMinor: number }[] }[] }[] }
  const products = await api.get<Products>('/products')
  assert.equal(products.status, 200)
  assert.ok(listProducts.success.body?.safeParse(products.body).success)
  const vps = await api.get<Products['data'][0]>(`/products/${products.body.data[0]?.slug}`)
  assert.deepEqual(
    vps.body.plans.map((plan) => plan.slug),
    ['vps-starter', 'vps-professional', 'vps-enterprise'],
  )
  assert.ok(vps.body.plans[0]?.prices.some((price) => price.amountMinor === 900))
  assert.ok((await api.get<List>('/regions')).body.data.length >= 2)
  assert.ok((await api.get<List>('/images')).body.data.length >= 4)
  assert.equal((await api.get<List>('/products/none')).status, 404)
})

test('the catalogue says before anybody orders which regions and systems a product has, and what is sold out where', async () => {
  const api = apiClient(app)
  type Product = {
    regions: string[]
    images: string[]
    plans: { slug: string; soldOut: boolean; availability: unknown[] }[]
  }
  const read = async () => {
    const { regions, images, plans } = (await api.get<Product>('/products/vps')).body
    return { regions, images, soldOut: plans[0]?.soldOut, availability: plans[0]?.availability }
  }
  const before = await read()
  assert.deepEqual([before.regions, before.soldOut], [['fsn1', 'hel1'], false])
  await sql`insert into plan_stock (id, plan_id, region_id, quantity) select 'stk_one', p.id, r.id, 0 from plans p, regions r
    where p.slug = 'vps-starter' and r.slug = 'hel1'`.execute(app.db)
  const gone = [{ region: 'hel1', left: 0 }]
  assert.deepEqual(await read(), { ...before, availability: gone })
  await sql`update products set region_ids = (select array_agg(id) from regions where slug = 'hel1'),
    image_ids = (select array_agg(id) from images where slug = 'debian-13')`.execute(app.db)
  assert.deepEqual(await read(), { regions: ['hel1'], images: ['debian-13'], soldOut: true, availability: gone })
  await sql`update products set region_ids = '{}', image_ids = '{}'`.execute(app.db)
  await sql`delete from plan_stock`.execute(app.db)
})

test('a stranger gets a quote: every figure is the server’s, tax by the country named', async () => {
  type Quote = {
    subtotalMinor: number
    taxMinor: number
    totalMinor: number
    items: { lines: { amountMinor: number }[] }[]
  }
  const items = [vpsItem({ options: [{ code: 'extra-addresses', quantity: 2 }] })]
  const quote = await apiClient(app).post<Quote>('/quotes', { currency: 'EUR', items, country: 'DE' })
  assert.deepEqual(
    quote.body.items[0]?.lines.map((line) => line.amountMinor),
    [900, 600],
  )
  assert.equal(quote.body.subtotalMinor + quote.body.taxMinor, quote.body.totalMinor)
})

test('lists come in pages, newest first, each linked to the next', async () => {
  const made: string[] = []
  for (let index = 0; index < 5; index += 1) made.push((await buildOrder(jane)).id)
  const seen: string[] = []
  let path: string | undefined = '/orders?limit=2'
  while (path) {
    const page: { headers: Headers; body: List } = await jane.api.get<List>(path)
    seen.push(...page.body.data.map((order) => order.id))
    path = /^<\/api\/v1(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
    assert.equal(path !== undefined, page.body.next !== null)
  }
  assert.deepEqual(seen, made.toReversed())
  assert.equal((await jane.api.get<List>('/invoices')).body.data.length, 5)
})

test('an unpaid order is taken back once; its invoice asks for nothing any more', async () => {
  const order = await buildOrder(jane)
  await jane.api.post(`/invoices/${order.invoiceId}/payments`)
  const cancelled = await jane.api.post<{ state: string; cancellable: boolean }>(`/orders/${order.id}/cancellation`)
  assert.deepEqual([cancelled.body.state, cancelled.body.cancellable], ['cancelled', false])
  const again: ProblemAnswer = await jane.api.post(`/orders/${order.id}/cancellation`)
  assert.equal(again.body.code, 'order_cancelled')
  const pay: ProblemAnswer = await jane.api.post(`/invoices/${order.invoiceId}/payments`)
  assert.equal(pay.status, 409)
  assert.equal(pay.body.code, 'invoice_void')
})

test('an action on a server that is busy has to wait, and one that is none is refused by name', async () => {
  const order = await buildOrder(jane)
  const page = await jane.api.post<{ url: string }>(`/invoices/${order.invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  const { data } = (await jane.api.get<List>('/services')).body
  const path = `/services/${data[0]?.id}/actions`
  assert.equal((await jane.api.post(path, { action: 'shutdown' })).status, 202)
  const busy: ProblemAnswer = await jane.api.post(path, { action: 'start' })
  assert.equal(busy.body.code, 'action_running')
  const none: ProblemAnswer = await jane.api.post(path, { action: 'explode' })
  assert.equal(none.body.issues?.[0]?.path, 'action')
  await app.work()
  const paid: ProblemAnswer = await jane.api.post(`/invoices/${order.invoiceId}/payments`)
  assert.equal(paid.body.code, 'invoice_paid')
})

test('a gateway that does not answer is told as such, with when to come back; asking again works', async () => {
  const order = await buildOrder(jane)
  app.stripe.simulation.faults.push({
    method: 'POST',
    path: '/v1/checkout/sessions',
    times: 10,
    action: { kind: 'drop', afterActing: false },
  })
  const down: ProblemAnswer = await jane.api.post(`/invoices/${order.invoiceId}/payments`)
  assert.equal(down.status, 503)
  assert.equal(down.body.code, 'payment_gateway_unavailable')
  assert.ok(down.headers.get('retry-after'))
  app.stripe.simulation.faults.length = 0
  assert.equal((await jane.api.post(`/invoices/${order.invoiceId}/payments`)).status, 201)
})

test('the profile changes by what is sent, and the rest stays', async () => {
  const me = await jane.api.send<{ name: string; locale: string }>('PATCH', '/me', { locale: 'de' })
  assert.deepEqual([me.body.name, me.body.locale], ['Jane Doe', 'de'])
  const details = await jane.api.send<{ city: string; company: null }>('PUT', '/me/billing-details', {
    name: 'Jane Doe',
    addressLine1: 'Ring 1',
    city: 'Wien',
    country: 'at',
  })
  assert.deepEqual([details.body.city, details.body.company], ['Wien', null])
})

test('a new password ends the other sessions and keeps this one', async () => {
  const tom = await buildCustomer(app)
  const other = await apiClient(app).post<{ token: string }>('/sessions', { email: tom.email, password: PASSWORD })
  const change = { currentPassword: PASSWORD, newPassword: 'another four random words' }
  assert.equal((await tom.api.send('PUT', '/me/password', change)).status, 204)
  assert.equal((await tom.api.get('/me')).status, 200)
  assert.equal((await apiClient(app, other.body.token).get('/me')).status, 401)
  const sessions = await tom.api.get<{ data: { current: boolean }[] }>('/sessions')
  assert.deepEqual(
    sessions.body.data.map((session) => session.current),
    [true],
  )
})

test('a forgotten password is set anew by the mailed link', async () => {
  const tom = await buildCustomer(app)
  const api = apiClient(app)
  assert.equal((await api.post('/password-resets', { email: tom.email })).status, 202)
  assert.equal((await api.post('/password-resets', { email: 'nobody@example.com' })).status, 202)
  await app.work()
  const mail = await app.mail.waitFor(
    (each) => each.to.some((to) => to.address === tom.email) && each.text.includes('reset-password'),
  )
  const token = /[?&]token=([\w.~-]+)/.exec(mail.text)?.[1]
  const password = 'yet another four words'
  assert.equal((await api.post('/password-resets/use', { token, password })).status, 200)
  const used: ProblemAnswer = await api.post('/password-resets/use', { token, password })
  assert.equal(used.body.code, 'link_invalid')
  assert.equal((await api.post('/sessions', { email: tom.email, password })).status, 201)
})
