import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, test } from 'node:test'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const event = (id: string): string =>
  JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_764_000_000,
    livemode: false,
    type: 'customer.updated',
    data: { object: { id: 'cus_1', object: 'customer' } },
  })

const secret = app.config.stripe.webhookSecrets[0]!.reveal()
const nowSeconds = (): number => Math.floor(app.clock.wallClock().epochMilliseconds / 1000)

function sign(body: string, seconds = nowSeconds(), key = secret): string {
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`
}

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
    sign(body, nowSeconds(), 'whsec_other'),
    sign(body, nowSeconds(), ''),
    sign(`${body} `),
    sign(body, nowSeconds() - 400),
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
