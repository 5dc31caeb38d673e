import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { Stripe } from 'stripe'
import { z } from 'zod'
import { stripeSimulator } from './stripe-simulator.ts'

const secretKey = 'sk_test_simulator'
let nowMs = Date.now()
const sim = stripeSimulator({
  secretKey,
  webhookSecret: 'whsec_simulator',
  publicUrl: 'http://stripe.localhost',
  now: () => nowMs,
})
after(() => sim.close())
afterEach(() => {
  nowMs = Date.now()
  sim.setLatency(0)
})

const Answer = z.looseObject({
  id: z.string().optional(),
  error: z
    .looseObject({ type: z.string(), code: z.string().optional(), param: z.string().optional(), message: z.string() })
    .optional(),
})

async function call(
  method: string,
  path: string,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const text = new URLSearchParams(form).toString()
  const get = method === 'GET'
  const response = await sim.fetch(`http://stripe.localhost${path}${get && text ? `?${text}` : ''}`, {
    method,
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(get ? {} : { body: text }),
  })
  const body = Answer.parse(await response.json())
  return { status: response.status, headers: response.headers, body, error: body.error }
}

const sdk = new Stripe(secretKey, {
  host: 'stripe.localhost',
  protocol: 'http',
  port: 80,
  maxNetworkRetries: 0,
  httpClient: Stripe.createFetchHttpClient(sim.fetch),
})

const session = {
  mode: 'payment',
  success_url: 'https://shop.example.test/ok',
  'line_items[0][quantity]': '1',
  'line_items[0][price_data][currency]': 'eur',
  'line_items[0][price_data][unit_amount]': '900',
  'line_items[0][price_data][product_data][name]': 'VPS',
}
const SESSIONS = '/v1/checkout/sessions'

test('only the right key is let in, as bearer or as basic user', async () => {
  for (const authorization of ['', 'Bearer sk_test_other', 'Bearer', `Bearer ${secretKey}x`])
    assert.equal((await call('GET', '/v1/customers', {}, { authorization })).status, 401)
  const basic = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`
  assert.equal((await call('GET', '/v1/customers', {}, { authorization: basic })).status, 200)
  const other = await call('GET', '/v1/customers', {}, { 'stripe-account': 'acct_other' })
  assert.equal(other.status, 403)
})

test('every answer carries a request id and the API version; another version is refused', async () => {
  const { headers } = await call('GET', '/v1/customers')
  assert.match(headers.get('request-id') ?? '', /^req_/)
  assert.equal(headers.get('stripe-version'), '2026-10-28.endive')
  assert.equal((await call('GET', '/v1/customers', {}, { 'stripe-version': '2024-06-20' })).status, 400)
  const unknown = await call('POST', '/v1/issuing/cards')
  assert.equal(unknown.status, 404)
  assert.equal(unknown.error?.type, 'invalid_request_error')
})

test('an unknown parameter is refused by its name, payment_method_types above all', async () => {
  const cases: [string, Record<string, string>, string][] = [
    [SESSIONS, { ...session, 'payment_method_types[0]': 'card' }, 'payment_method_types'],
    [SESSIONS, { ...session, 'line_items[0][amount]': '5' }, 'line_items[0][amount]'],
    [SESSIONS, { ...session, 'payment_intent_data[foo]': '5' }, 'payment_intent_data[foo]'],
    [
      '/v1/payment_intents',
      { amount: '900', currency: 'eur', 'payment_method_types[]': 'card' },
      'payment_method_types',
    ],
    ['/v1/setup_intents', { 'payment_method_types[]': 'card' }, 'payment_method_types'],
    ['/v1/customers', { __proto__x: '1' }, '__proto__x'],
    ['/v1/customers', { 'constructor[prototype]': '1' }, 'constructor'],
  ]
  for (const [path, form, param] of cases) {
    const { status, error } = await call('POST', path, form)
    assert.deepEqual([status, error?.code, error?.param], [400, 'parameter_unknown', param])
  }
  const listed = await call('GET', '/v1/events', { 'created[foo]': '1' })
  assert.deepEqual([listed.error?.code, listed.error?.param], ['parameter_unknown', 'created[foo]'])
})

test('missing and wrong parameters are named', async () => {
  const { mode: _, ...withoutMode } = session
  const cases: [string, Record<string, string>, string, string][] = [
    [SESSIONS, withoutMode, 'parameter_missing', 'mode'],
    [SESSIONS, { ...session, success_url: 'ftp://x' }, 'url_invalid', 'success_url'],
    [SESSIONS, { ...session, mode: 'gift' }, 'parameter_invalid_enum', 'mode'],
    [
      SESSIONS,
      { ...session, 'line_items[0][quantity]': 'two' },
      'parameter_invalid_integer',
      'line_items[0][quantity]',
    ],
    [SESSIONS, { ...session, customer: 'cus_none' }, 'resource_missing', 'customer'],
    [SESSIONS, { mode: 'payment', success_url: 'https://x.test' }, 'parameter_missing', 'line_items'],
    [SESSIONS, { mode: 'setup', success_url: 'https://x.test' }, 'parameter_missing', 'currency'],
    [SESSIONS, { ...session, 'line_items[0][price_data][unit_amount]': '49' }, 'amount_too_small', 'line_items'],
    ['/v1/payment_intents', { amount: '1005', currency: 'kwd' }, 'parameter_invalid_integer', 'amount'],
    ['/v1/payment_intents', { amount: '9.5', currency: 'eur' }, 'parameter_invalid_integer', 'amount'],
    ['/v1/payment_intents', { amount: '', currency: 'eur' }, 'parameter_invalid_integer', 'amount'],
    ['/v1/customers', { email: 'nobody' }, 'email_invalid', 'email'],
  ]
  for (const [path, form, code, param] of cases) {
    const { status, error } = await call('POST', path, form)
    assert.deepEqual([status, error?.code, error?.param], [400, code, param], JSON.stringify(form))
  }
  for (const expires of [nowMs / 1000 + 1_700, nowMs / 1000 + 87_000]) {
    const { error } = await call('POST', SESSIONS, { ...session, expires_at: String(Math.round(expires)) })
    assert.match(error?.message ?? '', /expires_at/)
  }
  const json = await call('POST', '/v1/customers', {}, { 'content-type': 'application/json' })
  assert.match(json.error?.message ?? '', /form-encoded/)
  assert.equal((await call('POST', '/v1/customers', { metadata: '', 'metadata[a]': '1' })).status, 400)
})

test('unknown ids are 404 in the path, as an error the SDK sees', async () => {
  for (const path of [
    'customers/cus_1',
    'payment_intents/pi_1',
    'checkout/sessions/cs_1',
    'events/evt_1',
    'charges/ch_1',
  ])
    assert.deepEqual((await call('GET', `/v1/${path}`)).error?.code, 'resource_missing')
  await assert.rejects(sdk.customers.retrieve('cus_none'), { statusCode: 404, code: 'resource_missing' })
})

test('a key used again gets the first answer; with other parameters it is refused', async () => {
  const key = { 'idempotency-key': 'key-1' }
  const first = await call('POST', '/v1/customers', { name: 'Ada' }, key)
  const again = await call('POST', '/v1/customers', { name: 'Ada' }, key)
  assert.equal(again.body.id, first.body.id)
  assert.equal(first.headers.get('idempotent-replayed'), null)
  assert.equal(again.headers.get('idempotent-replayed'), 'true')
  assert.equal(again.headers.get('original-request'), first.headers.get('request-id'))
  assert.notEqual(again.headers.get('request-id'), first.headers.get('request-id'))
  for (const [path, form] of [
    ['/v1/customers', { name: 'Eve' }],
    [SESSIONS, session],
  ] as const) {
    const other = await call('POST', path, { ...form }, key)
    assert.deepEqual([other.status, other.error?.type], [400, 'idempotency_error'])
  }
  nowMs += 25 * 3_600_000
  assert.notEqual((await call('POST', '/v1/customers', { name: 'Ada' }, key)).body.id, first.body.id, 'a day later')
})

test('a refused card is remembered for its key; a wrong request is not', async () => {
  const charge = { amount: '900', currency: 'eur', payment_method: 'pm_card_chargeDeclined', confirm: 'true' }
  const key = { 'idempotency-key': 'key-declined' }
  const first = await call('POST', '/v1/payment_intents', charge, key)
  const again = await call('POST', '/v1/payment_intents', charge, key)
  assert.equal(first.status, 402)
  assert.deepEqual(again.body, first.body)
  assert.equal(again.headers.get('idempotent-replayed'), 'true')

  const wrong = { 'idempotency-key': 'key-wrong' }
  assert.equal((await call('POST', '/v1/customers', { foo: 'bar' }, wrong)).status, 400)
  assert.equal((await call('POST', '/v1/customers', { name: 'Ada' }, wrong)).status, 200)
})

test('two requests at once with one key do the work once', async () => {
  sim.setLatency(40)
  const before = sim.sessions().length
  const key = { 'idempotency-key': 'key-twice' }
  const answers = await Promise.all([call('POST', SESSIONS, session, key), call('POST', SESSIONS, session, key)])
  const [done, busy] = answers.toSorted((a, b) => a.status - b.status)
  assert.deepEqual([done?.status, busy?.status, busy?.error?.code], [200, 409, 'idempotency_key_in_use'])
  assert.equal(busy?.headers.get('stripe-should-retry'), 'true')
  assert.equal(sim.sessions().length, before + 1)
})

test('an answer can get lost after the work is done, or before it is begun', async () => {
  const key = { 'idempotency-key': 'key-lost' }
  const lose = (afterActing: boolean): void => {
    sim.simulation.faults.push({ path: '/v1/customers', times: 1, action: { kind: 'drop', afterActing } })
  }
  const customers = (): number => sim.events().filter((event) => event.type === 'customer.created').length
  const before = customers()
  lose(false)
  await assert.rejects(call('POST', '/v1/customers', { name: 'Ada' }, key), /fetch failed/)
  assert.equal(customers(), before)
  lose(true)
  await assert.rejects(call('POST', '/v1/customers', { name: 'Ada' }, key), /fetch failed/)
  assert.equal(customers(), before + 1)
  const found = await call('POST', '/v1/customers', { name: 'Ada' }, key)
  assert.equal(found.headers.get('idempotent-replayed'), 'true')
  assert.equal(customers(), before + 1)
})

test('planned failures look like Stripe and tell the SDK whether to try again', async () => {
  for (const [status, type, again] of [
    [500, 'api_error', 'false'],
    [503, 'api_error', 'true'],
    [429, 'rate_limit_error', null],
  ] as const) {
    sim.simulation.faults.push({ path: '', times: 1, action: { kind: 'answer', status, afterActing: false } })
    const answer = await call('GET', '/v1/customers')
    assert.deepEqual([answer.status, answer.error?.type], [status, type])
    assert.equal(answer.headers.get('stripe-should-retry'), again)
    assert.match(answer.headers.get('request-id') ?? '', /^req_/)
  }
})

test('lists are newest first and paged by cursors both ways', async () => {
  const email = 'paged@example.test'
  const made: string[] = []
  for (let n = 0; n < 5; n += 1) made.unshift((await sdk.customers.create({ email })).id)
  const ids = (list: { data: { id: string }[] }): string[] => list.data.map((each) => each.id)
  const first = await sdk.customers.list({ email, limit: 2 })
  assert.deepEqual([ids(first), first.has_more], [made.slice(0, 2), true])
  const last = await sdk.customers.list({ email, limit: 3, starting_after: made[1] ?? '' })
  assert.deepEqual([ids(last), last.has_more], [made.slice(2), false])
  const back = await sdk.customers.list({ email, limit: 2, ending_before: made[3] ?? '' })
  assert.deepEqual([ids(back), back.has_more], [made.slice(1, 3), true])
  const all: string[] = []
  for await (const customer of sdk.customers.list({ email, limit: 2 })) all.push(customer.id)
  assert.deepEqual(all, made)
  assert.equal((await call('GET', '/v1/customers', { limit: '101' })).error?.param, 'limit')
})

test('ids are expanded where they may be, four levels deep', async () => {
  const { body } = await call('POST', SESSIONS, {
    ...session,
    'payment_intent_data[setup_future_usage]': 'off_session',
  })
  sim.pay(body.id ?? '')
  const deep = 'payment_intent.latest_charge.customer'
  const paid = await sdk.checkout.sessions.retrieve(body.id ?? '', { expand: [deep, 'line_items'] })
  const intent = paid.payment_intent as Stripe.PaymentIntent
  assert.equal(((intent.latest_charge as Stripe.Charge).customer as Stripe.Customer).object, 'customer')
  assert.equal(paid.line_items?.data[0]?.amount_total, 900)
  for (const path of ['nothing', 'amount_total', 'payment_intent.latest_charge.payment_method', 'a.b.c.d.e'])
    assert.equal((await call('GET', `${SESSIONS}/${body.id}`, { 'expand[]': path })).status, 400, path)
})

test('events are found by type and time', async () => {
  nowMs += 48 * 3_600_000
  const since = Math.floor(nowMs / 1000)
  const { id } = await sdk.customers.create({ name: 'Late' })
  const found = await sdk.events.list({ types: ['customer.created', 'customer.updated'], created: { gte: since } })
  assert.equal(found.data.length, 1)
  const [event] = found.data
  assert.equal((event?.data.object as { id?: string } | undefined)?.id, id)
  assert.match(event?.request?.id ?? '', /^req_/)
  assert.equal((await sdk.events.retrieve(event?.id ?? '')).type, 'customer.created')
  assert.deepEqual((await sdk.events.list({ type: 'invoice.paid' })).data, [])
})
