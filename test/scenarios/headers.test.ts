import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { headerFaults } from '#test/support/header-rules.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** What the policy's matrix does not walk: files, health, documents, and what goes wrong. Pages and operations are walked there. */
const app = await createTestApp({ PUBLIC_URL: 'https://shop.example.com' }, { web: true })
after(() => app.close())

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(app.origin + path, { redirect: 'manual', ...init })

const files = readdirSync(join(import.meta.dirname, '../../build/client'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.\w+$/.test(name) && !/\.(br|gz)$/.test(name))
  .map((name) => `/${name.replaceAll('\\', '/')}`)

const answers: [string, number, RequestInit?][] = [
  ['/health/live', 200],
  ['/health/ready', 200],
  ['/metrics', 200],
  ['/.well-known/jwks.json', 200],
  ['/.well-known/nothing', 404],
  ['/api/v1/openapi.json', 200],
  ['/api/v1/reference', 200],
  ['/api/v1/reference.css', 200],
  ['/api/v1/nothing', 404],
  ['/api/v1/products', 405, { method: 'DELETE' }],
  ['/api/v1/users', 400, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }],
  ['/api/v1/users', 415, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
  [
    '/api/v1/users',
    413,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(1_100_000) },
  ],
  ['/api/v1/users', 422, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }],
  ['/webhooks/stripe', 400, { method: 'POST', body: '{}' }],
  ['/webhooks/nobody', 404, { method: 'POST', body: '{}' }],
  ['/csp-reports', 204, { method: 'POST', body: '{}' }],
  ['/csp-reports', 413, { method: 'POST', body: 'x'.repeat(70_000) }],
  ['/assets/nothing.js', 404],
  ['/no-such-page', 404],
  ['/portal', 302],
  ['/staff', 302],
  ['/login', 200],
  ['/login', 403, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }],
  ['/login', 422, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' }, body: new URLSearchParams() }],
  ['/', 200],
  ['/de', 200],
]

test('every file, document and refusal carries all its headers', async (t) => {
  let walked = 0
  const faults: string[] = []
  for (const [path, status, init] of answers) {
    const answer = await ask(path, init)
    assert.equal(answer.status, status, `${init?.method ?? 'GET'} ${path}`)
    faults.push(...headerFaults(answer.headers, { path: `${status} ${path}`, personal: status >= 400, https: true }))
    walked += 1
    await answer.body?.cancel()
  }
  for (const path of files) {
    const answer = await ask(path)
    assert.equal(answer.status, 200, path)
    faults.push(...headerFaults(answer.headers, { path, personal: false, https: true }))
    walked += 1
    await answer.body?.cancel()
  }
  assert.deepEqual(faults, [])
  t.diagnostic(`${walked} answers, each with the full mark`)
})

test('a name that is not ours is answered with the same headers', async () => {
  const answer = await app.fetch(new Request('https://evil.example/login'))
  assert.equal(answer.status, 421)
  assert.deepEqual(headerFaults(answer.headers, { path: '421', personal: true, https: true }), [])
})

test('a fault of ours is answered with the same headers, and tells nothing', async (t) => {
  const broken = await createTestApp({ PUBLIC_URL: 'https://shop.example.com' }, { web: true })
  t.after(() => broken.close())
  await sql`alter table products rename to products_gone`.execute(broken.db)
  for (const path of ['/api/v1/products', '/products']) {
    const answer = await fetch(broken.origin + path)
    assert.equal(answer.status, 500, path)
    assert.doesNotMatch(await answer.text(), /products_gone|does not exist/i)
    assert.deepEqual(headerFaults(answer.headers, { path, personal: true, https: true }), [])
  }
})

test('while the policy of pages is tried out it is only reported, but nobody frames us meanwhile', async (t) => {
  const trying = await createTestApp({ CSP_MODE: 'report-only' }, { web: true })
  t.after(() => trying.close())
  const { headers } = await fetch(`${trying.origin}/login`)
  const told = headers.get('content-security-policy-report-only') ?? ''
  assert.match(told, /default-src 'none'.*report-uri \/csp-reports; report-to csp/)
  assert.equal(headers.get('content-security-policy'), "base-uri 'none'; frame-ancestors 'none'")
  assert.equal(headers.get('reporting-endpoints'), 'csp="http://localhost:8080/csp-reports"')
})
