import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { nowSeconds, signStripe, stripeEvent as event } from '#test/support/stripe-webhooks.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const sign = (body: string, seconds = nowSeconds(app), key?: string): string =>
  signStripe(app, body, { seconds, ...(key === undefined ? {} : { key }) })

const send = (body: string, signature: string | undefined): Promise<Response> =>
  app.fetch(
    new Request('http://localhost:8080/webhooks/stripe', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(signature === undefined ? {} : { 'stripe-signature': signature }),
      },
      body,
    }),
  )

const stored = async (id: string): Promise<boolean> =>
  (await app.db.selectFrom('gatewayEvents').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

test('an authentic message of the gateway is stored before it is answered, twice as well as once', async () => {
  const body = event('evt_1')
  assert.equal((await send(body, sign(body))).status, 200)
  assert.ok(await stored('evt_1'))
  assert.equal((await send(body, sign(body))).status, 200)
})

test('a forged, altered, unsigned or old message is refused and not stored', async () => {
  const body = event('evt_2')
  const signatures = [
    undefined,
    '',
    'v1=00',
    sign(body, nowSeconds(app), 'whsec_other'),
    sign(body, nowSeconds(app), ''),
    sign(`${body} `),
    sign(body, nowSeconds(app) - 400),
  ]
  for (const signature of signatures) {
    const answer = await send(body, signature)
    assert.equal(answer.status, 400)
    assert.equal(((await answer.json()) as { code: string }).code, 'webhook_refused')
  }
  assert.equal(await stored('evt_2'), false)
})

test('a message over 1 MB is refused unread', async () => {
  const body = 'x'.repeat(1_100_000)
  assert.equal((await send(body, sign(body))).status, 413)
})

test('the address takes messages and nothing else', async () => {
  const answer = await app.fetch(new Request('http://localhost:8080/webhooks/stripe'))
  assert.equal(answer.status, 405)
  assert.equal(answer.headers.get('allow'), 'POST')
})
