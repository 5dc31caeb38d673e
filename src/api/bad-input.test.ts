import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { apiClient, buildCustomer, type ProblemAnswer, type TestCustomer, vpsItem } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createServer } from '#app/create-server.ts'
import { createLog } from '#platform/log.ts'

const app = await createTestApp()
after(() => app.close())

let jane: TestCustomer
let quote: string
before(async () => {
  jane = await buildCustomer(app)
  quote = (await jane.api.post<{ token: string }>('/quotes', { currency: 'EUR', items: [vpsItem()] })).body.token
})

const PRIVATE_KEY = [
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW',
  '-----END OPENSSH PRIVATE KEY-----',
].join('\n')

const order = (overrides: object = {}): object => ({ currency: 'EUR', items: [vpsItem()], quote, ...overrides })

const countRows = async (): Promise<string> => {
  const { rows } = await sql<{
    counts: string
  }>`select concat_ws(' ', (select count(*) from orders), (select count(*) from invoices),
    (select count(*) from events), (select count(*) from idempotency_keys)) as counts`.execute(app.db)
  return rows[0]!.counts
}

/** Sends an order that must be refused and proves that nothing was stored and nothing secret repeated. */
async function refused(body: unknown, headers: Record<string, string> = {}): Promise<ProblemAnswer> {
  const counts = await countRows()
  const answer: ProblemAnswer = await jane.api.post('/orders', body, { 'idempotency-key': 'bad', ...headers })
  assert.equal(await countRows(), counts, 'nothing may be stored')
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.equal(answer.body.status, answer.status)
  assert.match(answer.body.requestId, /^req_/)
  assert.doesNotMatch(JSON.stringify(answer.body), /b3BlbnNzaC1/)
  return answer
}

const wrongFields: [what: string, overrides: object, path: string, words: RegExp][] = [
  ['an unknown field', { discount: 100 }, 'discount', /Remove it/],
  ['a field only we may set', { customerId: 'cus_other' }, 'customerId', /Remove it/],
  ['a missing field', { quote: undefined }, 'quote', /required/],
  ['a wrong type', { currency: 7 }, 'currency', /Give a text/],
  ['a number for a list', { items: 7 }, 'items', /Give a list/],
  ['an empty list', { items: [] }, 'items', /at least one/],
  ['a list of the wrong things', { items: ['vps'] }, 'items.0', /an object/],
  ['an unknown field deep inside', { items: [vpsItem({ price: 1 })] }, 'items.0.price', /Remove it/],
  ['a hostname that is none', { items: [vpsItem({ hostname: 'my server!' })] }, 'items.0.hostname', /web1/],
  ['an address as hostname', { items: [vpsItem({ hostname: '10.0.0.1' })] }, 'items.0.hostname', /web1/],
  ['a private key as SSH key', { items: [vpsItem({ sshKey: PRIVATE_KEY })] }, 'items.0.sshKey', /private key/],
  ['half an SSH key', { items: [vpsItem({ sshKey: 'ssh-ed25519 AAAAC3' })] }, 'items.0.sshKey', /incomplete/],
  ['an SSH key that is a number', { items: [vpsItem({ sshKey: 5 })] }, 'items.0.sshKey', /Give a text/],
  ['a period we do not know', { items: [vpsItem({ period: 'fortnight' })] }, 'items.0.period', /how often you pay/],
  ['a plan that is not for sale', { items: [vpsItem({ plan: 'hosting-small' })] }, 'items.0.plan', /not for sale/],
  ['a region we do not have', { items: [vpsItem({ region: 'moon1' })] }, 'items.0.region', /regions/],
  ['an image we do not have', { items: [vpsItem({ image: 'windows-95' })] }, 'items.0.image', /systems/],
  [
    'an option of another product',
    { items: [vpsItem({ options: [{ code: 'mailboxes', quantity: 1 }] })] },
    'items.0.options',
    /cannot be ordered/,
  ],
  [
    'a negative quantity',
    { items: [vpsItem({ options: [{ code: 'backups', quantity: -1 }] })] },
    'items.0.options.0.quantity',
    /at least 0/,
  ],
  [
    'half a piece',
    { items: [vpsItem({ options: [{ code: 'backups', quantity: 0.5 }] })] },
    'items.0.options.0.quantity',
    /whole number/,
  ],
  [
    'a huge quantity',
    { items: [vpsItem({ options: [{ code: 'backups', quantity: 1e9 }] })] },
    'items.0.options.0.quantity',
    /at most 100/,
  ],
  [
    'more pieces than there may be',
    { items: [vpsItem({ options: [{ code: 'backups', quantity: 2 }] })] },
    'items.0.options',
    /at most 1/,
  ],
  ['a currency we do not sell in', { currency: 'CHF' }, 'items.0.period', /not for sale in CHF/],
]

for (const [what, overrides, path, words] of wrongFields)
  test(`an order with ${what} is refused and the field named`, async () => {
    const answer = await refused(order(overrides))
    assert.equal(answer.status, 422)
    const issue = answer.body.issues?.find((each) => each.path === path)
    assert.match(issue?.message ?? `no issue at ${path}: ${JSON.stringify(answer.body)}`, words)
  })

test('every wrong field is named at once', async () => {
  const answer = await refused({ currency: 'euro', items: [vpsItem({ hostname: '-', period: 'fortnight' })], extra: 1 })
  assert.deepEqual(answer.body.issues?.map((issue) => issue.path).toSorted(), [
    'currency',
    'extra',
    'items.0.hostname',
    'items.0.period',
    'quote',
  ])
})

test('a field called __proto__ changes nothing and is refused by name', async () => {
  const body = JSON.stringify(order()).replace('{', '{"__proto__": {"admin": true},')
  const answer = await refused(body)
  assert.equal(answer.body.issues?.[0]?.path, '__proto__')
})

test('malformed JSON is refused, saying where', async () => {
  const answer = await refused('{"currency": "EUR",\n "quote": }')
  assert.equal(answer.status, 400)
  assert.equal(answer.body.code, 'malformed_json')
  assert.match(answer.body.detail, /line 2, column 11/)
})

test('a private key in malformed JSON is not repeated', async () => {
  const answer = await refused(`{"sshKey": "${PRIVATE_KEY}"}`)
  assert.equal(answer.status, 400)
})

test('a private key as the name of a field is not repeated', async () => {
  const answer = await refused(order({ [PRIVATE_KEY]: 1 }))
  assert.equal(answer.body.issues?.[0]?.path, '(unreadable name)')
})

test('bytes that are not UTF-8 are refused', async () => {
  const response = await app.fetch(
    new Request('http://localhost:8080/api/v1/quotes', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    }),
  )
  assert.equal(response.status, 400)
})

test('a body over 1 MB is refused, announced or not', async () => {
  const large = `{"quote": "${'x'.repeat(1_100_000)}"}`
  assert.equal((await refused(large)).status, 413)
  assert.equal((await refused(large, { 'content-length': String(large.length) })).status, 413)
})

test('a body of just under 1 MB is read', async () => {
  const answer = await refused(`{"quote": "${'x'.repeat(1_000_000)}"}`)
  assert.equal(answer.status, 422)
})

test('only JSON is taken', async () => {
  assert.equal((await refused('currency=EUR', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415)
  assert.equal((await refused('{}', { 'content-type': 'application/json; charset=latin1' })).status, 415)
  assert.equal((await refused('{}', { 'content-type': 'application/json, text/plain' })).status, 415)
})

test('a quote for something else, a forged one and one that is over are stale', async () => {
  const other = order({ items: [vpsItem({ plan: 'vps-enterprise' })] })
  assert.equal((await refused(other)).body.code, 'quote_stale')
  assert.equal((await refused(order({ quote: `${quote}x` }))).body.code, 'quote_stale')
  assert.equal((await refused(order({ quote: 'never' }))).body.code, 'quote_stale')
  app.advance({ minutes: 16 })
  const answer = await refused(order())
  assert.equal(answer.status, 409)
  assert.match(answer.body.detail, /look at the total again/)
})

test('an order without billing details is refused, naming what is missing', async () => {
  const stranger = apiClient(app)
  const email = 'nowhere@example.com'
  const password = 'four random words here'
  await stranger.post('/users', { email, password, name: 'No Address', currency: 'EUR' })
  const session = await stranger.post<{ token: string }>('/sessions', { email, password })
  const api = apiClient(app, session.body.token)
  const answer: ProblemAnswer = await api.post('/orders', order())
  assert.equal(answer.body.code, 'billing_details_missing')
  assert.deepEqual(
    answer.body.issues?.map((issue) => issue.path),
    ['addressLine1', 'city', 'country'],
  )
})

test('nobody makes themselves somebody else by changing their profile', async () => {
  for (const change of [{ role: 'admin' }, { staffRole: 'admin' }, { customerId: 'cus_other' }, { balance: 1 }]) {
    const answer: ProblemAnswer = await jane.api.send('PATCH', '/me', change)
    assert.equal(answer.status, 422)
    assert.equal(answer.body.issues?.[0]?.path, Object.keys(change)[0])
  }
})

test('an unknown address is not found and a wrong method is told which there are', async () => {
  const missing: ProblemAnswer = await jane.api.get('/nothing')
  assert.equal(missing.status, 404)
  assert.equal(missing.body.code, 'not_found')
  const wrong: ProblemAnswer = await jane.api.send('DELETE', '/orders')
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD, POST')
})

test('strange ids in an address are not found, whatever they hold', async () => {
  for (const id of ['%00', 'a%00b', '..%2f..%2fetc', "'%20or%201=1", '%ff', 'x'.repeat(5_000), '%f0%9f%92%a9'])
    assert.equal((await jane.api.get(`/orders/${id}`)).status, 404)
})

test('a query that says nothing we know, or a thing twice, is refused', async () => {
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=1e400', 'sort=id', 'after=%00', 'limit=1&limit=2']) {
    const answer: ProblemAnswer = await jane.api.get(`/orders?${query}`)
    assert.equal(answer.status, 422, query)
    assert.ok(answer.body.issues?.[0]?.path)
  }
})

test('an operation without a body takes none', async () => {
  const answer: ProblemAnswer = await jane.api.post('/invoices/inv_x/transfer', { amountMinor: 1 })
  assert.equal(answer.body.issues?.[0]?.path, 'amountMinor')
})

test('neither passwords nor keys nor tokens reach the log', async () => {
  const lines: string[] = []
  const server = createServer({ ...app, log: createLog('trace', { write: (line) => void lines.push(line) }) })
  const api = apiClient({ fetch: async (request) => server.fetch(request) }, jane.sessionToken)
  await api.post('/orders', order({ items: [vpsItem({ sshKey: PRIVATE_KEY })] }))
  await api.post('/orders', `{"sshKey": "${PRIVATE_KEY}`)
  await api.post('/sessions', { email: jane.email, password: 'canary-password', more: 'canary-more' })
  await api.post('/users', { email: jane.email, password: 'canary-password', name: 'canary\nname' })
  await api.get('/orders?after=canary-query')
  assert.ok(lines.length >= 5)
  const log = lines.join('')
  for (const secret of ['b3BlbnNzaC1', 'canary', jane.sessionToken]) assert.ok(!log.includes(secret), secret)
})
