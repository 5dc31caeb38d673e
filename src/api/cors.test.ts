import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({ CORS_ORIGINS: 'https://panel.example.com, http://localhost:3000/' })
after(() => app.close())

const ask = (
  origin: string | undefined,
  method = 'GET',
  headers: Record<string, string> = {},
  path = '/api/v1/products',
) =>
  app.fetch(
    new Request(`http://localhost:8080${path}`, {
      method,
      headers: { ...(origin === undefined ? {} : { origin }), ...headers },
    }),
  )
const corsOf = (response: Response): string[] =>
  [...response.headers.keys()].filter((name) => name.startsWith('access-control-')).toSorted()

test('pages of a listed origin may read answers and send a token', async () => {
  for (const origin of ['https://panel.example.com', 'http://localhost:3000']) {
    const answer = await ask(origin)
    assert.equal(answer.headers.get('access-control-allow-origin'), origin)
    assert.equal(answer.headers.get('access-control-allow-credentials'), null, 'cookies are not for other sites')
    const preflight = await ask(origin, 'OPTIONS', {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    })
    assert.equal(preflight.status, 204)
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/)
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /DELETE/)
  }
})

test('a refusal may be read, too, so that a page can say what is wrong', async () => {
  const refused = await ask('https://panel.example.com', 'GET', { authorization: 'Bearer ez_wrong' }, '/api/v1/me')
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('access-control-allow-origin'), 'https://panel.example.com')
})

const strangers = [
  'null',
  'https://panel.example.com.evil.example',
  'https://evilpanel.example.com',
  'https://panel.example.com:8443',
  'http://panel.example.com',
  'https://PANEL.example.com',
  'https://panel.example.com/',
  'https://evil.example/https://panel.example.com',
  '*',
  '',
]

test('pages of any other origin are told nothing', async () => {
  for (const origin of strangers) {
    assert.deepEqual(corsOf(await ask(origin)), [], origin)
    const preflight = await ask(origin, 'OPTIONS', { 'access-control-request-method': 'POST' })
    assert.equal(preflight.status, 405, origin)
    assert.deepEqual(corsOf(preflight), [], origin)
  }
  assert.deepEqual(corsOf(await ask(undefined)), [])
})

test('caches keep the answers of different origins apart', async () => {
  for (const origin of ['https://panel.example.com', 'https://evil.example', undefined])
    assert.match((await ask(origin)).headers.get('vary') ?? '', /\bOrigin\b/)
})

test('what is not the API is for our own pages alone', async () => {
  assert.deepEqual(corsOf(await ask('https://panel.example.com', 'GET', {}, '/health/live')), [])
})
