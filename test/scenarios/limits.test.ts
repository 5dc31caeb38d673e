import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PASSWORD } from '#test/support/api-client.ts'
import { cells, parameterOf } from '#test/support/policy-cells.ts'
import { signStripe, stripeEvent } from '#test/support/stripe-webhooks.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** Nobody may ask without end, wherever they ask and whoever they say they are. */
const PER_MINUTE = 10
const app = await createTestApp(
  { TRUSTED_PROXIES: '127.0.0.1', REQUESTS_PER_MINUTE: String(PER_MINUTE) },
  { web: true, addresses: true },
)
after(() => app.close())

let visitors = 0
/** An address nobody has come from yet. */
const newAddress = (): string => {
  visitors += 1
  return `198.18.${Math.floor(visitors / 250)}.${(visitors % 250) + 1}`
}

type Asked = {
  method: string
  path: string
  body?: object | undefined
  text?: string
  headers?: Record<string, string>
}

async function ask({ method, path, body, text, headers }: Asked, address: string): Promise<Response> {
  const leave = new AbortController()
  const response = await fetch(app.origin + path, {
    method,
    redirect: 'manual',
    signal: leave.signal,
    headers: {
      'x-forwarded-for': address,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body || text ? { body: text ?? JSON.stringify(body) } : {}),
  })
  leave.abort()
  return response
}

const everyAddress = new Map(
  cells
    .filter(({ role }) => role === 'anonymous')
    .map(({ asked: { method, path, body } }): [string, Asked] => [
      `${method} ${path}`,
      { method, path: path.replace(`{${parameterOf(path)}}`, 'unknown'), body },
    ]),
)
for (const path of [
  '/health/live',
  '/health/ready',
  '/metrics',
  '/api/v1/openapi.json',
  '/api/v1/reference',
  '/api/v1/reference.css',
  '/api/v1/nothing',
])
  everyAddress.set(`GET ${path}`, { method: 'GET', path })

test('a stranger who asks too often is told when to come back, at every operation, page and document', async (t) => {
  for (const [name, asked] of everyAddress) {
    const address = newAddress()
    const allowed = asked.method === 'GET' ? PER_MINUTE : 1
    const statuses: number[] = []
    for (let each = 0; each < allowed; each += 1) statuses.push((await ask(asked, address)).status)
    assert.ok(!statuses.includes(429), `${name}: ${statuses.join(' ')}`)
    const refused = await ask(asked, address)
    assert.equal(refused.status, 429, name)
    assert.ok(Number(refused.headers.get('retry-after')) > 0, name)
    assert.ok(refused.headers.get('content-security-policy'), `${name}: every answer has its headers`)
  }
  t.diagnostic(`${everyAddress.size} addresses that need no credentials, all limited`)
})

test('credentials that do not work count as none', async () => {
  const wrong: [string, Asked][] = [
    ['a token', { method: 'GET', path: '/api/v1/me', headers: { authorization: 'Bearer ez_unknown' } }],
    ['a cookie at the API', { method: 'GET', path: '/api/v1/me', headers: { cookie: '__Host-session=unknown' } }],
    ['a cookie at a page', { method: 'GET', path: '/portal', headers: { cookie: '__Host-session=unknown' } }],
  ]
  for (const [name, asked] of wrong) {
    const address = newAddress()
    for (let each = 0; each < PER_MINUTE; each += 1) assert.notEqual((await ask(asked, address)).status, 429, name)
    assert.equal((await ask(asked, address)).status, 429, name)
  }
})

test('files and those who bring credentials share what is twenty times as wide', async () => {
  const asked = { method: 'GET', path: '/assets/nothing.css' }
  const address = newAddress()
  for (let each = 0; each < PER_MINUTE * 20; each += 1) assert.notEqual((await ask(asked, address)).status, 429)
  assert.equal((await ask(asked, address)).status, 429)
})

test('forged messages in the name of a vendor are limited; true ones are not held up by them', async () => {
  const forged = { method: 'POST', path: '/webhooks/stripe', body: {}, headers: { 'stripe-signature': 't=1,v1=00' } }
  const address = newAddress()
  for (let each = 0; each < 60; each += 1) assert.equal((await ask(forged, address)).status, 400)
  assert.equal((await ask(forged, address)).status, 429)
  const body = stripeEvent('evt_true')
  const headers = { 'stripe-signature': signStripe(app, body) }
  assert.equal((await ask({ method: 'POST', path: '/webhooks/stripe', text: body, headers }, address)).status, 200)
})

test('whoever tries passwords is stopped after ten for one account, from wherever they come', async () => {
  const asked = (password: string): Asked => ({
    method: 'POST',
    path: '/api/v1/sessions',
    body: { email: 'victim@example.com', password },
  })
  for (let each = 0; each < 10; each += 1) assert.equal((await ask(asked(`guess ${each}`), newAddress())).status, 401)
  assert.equal((await ask(asked(PASSWORD), newAddress())).status, 429)
})
