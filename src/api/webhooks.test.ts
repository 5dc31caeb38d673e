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

test('of a burst with twins, strangers, forgeries and no order, each good message is stored once and no forged one', async () => {
  const names = Array.from({ length: 150 }, (_each, index) => `evt_burst_${index}`)
  const change = (name: string, fields: object): string => JSON.stringify({ ...JSON.parse(event(name)), ...fields })
  const bodies = names.map((name, index) => {
    if (index % 50 === 1) return change(name, { type: 'invented.lately' })
    if (index % 50 === 2) return change(name, { account: 'acct_other' })
    if (index % 50 === 3) return change(name, { livemode: true })
    return event(name)
  })
  const good = [...bodies, ...bodies.filter((_body, index) => index % 5 === 0)].map((body, index) => {
    const signed = sign(body)
    // While a secret is rolled there are two signatures, of which one is ours.
    return { body, signature: index % 7 === 0 ? `${signed},v1=${'0'.repeat(64)}` : signed }
  })
  const forgeries = Array.from({ length: 6 }, (_each, index) => {
    const body = event(`evt_forged_${index}`)
    const signatures = [
      sign(body, nowSeconds(app), 'whsec_other'),
      sign(body, nowSeconds(app), ''),
      sign(body, nowSeconds(app) - 301),
      sign(event('evt_other')),
      `t=${nowSeconds(app)},v1=${'0'.repeat(64)},v1=${'1'.repeat(64)}`,
      '',
    ]
    return { body, signature: signatures[index] }
  })
  // Every third from the end, then the rest: no order at all.
  const all = [...good, ...forgeries].toReversed().toSorted((a, b) => (a.body.length % 3) - (b.body.length % 3))
  const answers = await Promise.all(
    all.map(async ({ body, signature }) => [body.includes('evt_forged'), (await send(body, signature)).status]),
  )
  const statuses = (isForged: boolean) =>
    new Set(answers.filter(([forged]) => forged === isForged).map(([, status]) => status))
  assert.deepEqual([statuses(false), statuses(true)], [new Set([200]), new Set([400])])
  const rows = () =>
    app.db.selectFrom('gatewayEvents').select(['id', 'state']).where('id', 'like', 'evt_%burst%').execute()
  assert.deepEqual((await rows()).map(({ id }) => id).toSorted(), names.toSorted())
  for (let index = 0; index < 6; index += 1) assert.equal(await stored(`evt_forged_${index}`), false)
  await app.work()
  assert.deepEqual(
    (await rows()).filter(({ state }) => state === 'received'),
    [],
    'each was looked at',
  )
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
