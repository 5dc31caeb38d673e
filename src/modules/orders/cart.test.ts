import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous } from '#platform/actor.ts'
import { randomToken } from '#platform/secrets.ts'
import { buildCustomer, buildItem } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { Actor } from '#platform/actor.ts'
import { addToCart, adoptCart, changeCartCurrency, changeCartItem, findCart, removeFromCart } from './cart.ts'

const app = await createTestApp()
after(() => app.close())

const put = (actor: Actor, hostname: string, token?: string, currency = 'EUR') =>
  addToCart(app, actor, { token, currency, configuration: buildItem({ hostname }) })
async function hostnames(actor: Actor, token?: string): Promise<string[] | undefined> {
  const cart = await findCart(app, actor, token)
  return cart?.items.map((item) => item.configuration.hostname)
}

test('a stranger fills a cart that only the token in their browser opens', async () => {
  const { token, cart } = await put(anonymous, 'one')
  assert.equal((await put(anonymous, 'two', token)).token, token)
  assert.deepEqual(await hostnames(anonymous, token), ['one', 'two'])
  for (const other of [undefined, '', randomToken(), cart.id])
    assert.equal(await findCart(app, anonymous, other), undefined)
})

test('what was chosen before signing in is kept, together with what the customer had', async () => {
  const { customer, actor } = await buildCustomer(app)
  await put(actor, 'had-before')
  const { token } = await put(anonymous, 'carried-in')
  await adoptCart(app, customer.id, token)
  assert.deepEqual((await hostnames(actor, token))?.toSorted(), ['carried-in', 'had-before'])
  assert.deepEqual((await hostnames(actor))?.toSorted(), ['carried-in', 'had-before'], 'on another device as well')
  await adoptCart(app, customer.id, token)
  assert.equal((await hostnames(actor))?.length, 2, 'said twice, it is done once')
})

test('after signing out, the token in the browser no longer opens the cart', async () => {
  const { customer, actor } = await buildCustomer(app)
  const { token } = await put(anonymous, 'mine')
  await adoptCart(app, customer.id, token)
  assert.equal(await findCart(app, anonymous, token), undefined)
  assert.deepEqual(await hostnames(actor, token), ['mine'])
})

test("somebody else's token opens nothing, takes nothing over and changes nothing", async () => {
  const [ada, bob] = [await buildCustomer(app), await buildCustomer(app)]
  const { token, cart } = await put(ada.actor, 'of-ada')
  const itemId = cart.items[0]!.id
  assert.equal(await findCart(app, bob.actor, token), undefined)
  await adoptCart(app, bob.customer.id, token)
  const missing = { code: 'cart_item_not_found' }
  const configuration = buildItem({ hostname: 'changed' })
  await assert.rejects(changeCartItem(app, bob.actor, { token, itemId, configuration }), missing)
  await assert.rejects(removeFromCart(app, bob.actor, { token, itemId }), missing)
  await assert.rejects(changeCartCurrency(app, bob.actor, { token, currency: 'USD' }), missing)
  const own = await put(bob.actor, 'of-bob', token)
  assert.notEqual(own.token, token)
  await assert.rejects(
    removeFromCart(app, bob.actor, { token: own.token, itemId }),
    missing,
    'an item of hers in his cart',
  )
  assert.deepEqual(await hostnames(bob.actor), ['of-bob'])
  assert.deepEqual(await hostnames(ada.actor, token), ['of-ada'])
})

test('a line can be changed and taken out; what was taken out is told, so that it can be put back', async () => {
  const { token, cart } = await put(anonymous, 'web1')
  const itemId = cart.items[0]!.id
  await changeCartItem(app, anonymous, {
    token,
    itemId,
    configuration: buildItem({ hostname: 'web2', period: 'year' }),
  })
  const removed = await removeFromCart(app, anonymous, { token, itemId })
  assert.deepEqual([removed.hostname, removed.period], ['web2', 'year'])
  assert.deepEqual(await hostnames(anonymous, token), [])
  await assert.rejects(removeFromCart(app, anonymous, { token, itemId }), { code: 'cart_item_not_found' })
})

test('everything in a cart has one currency: the last one chosen', async () => {
  const { token } = await put(anonymous, 'one', undefined, 'EUR')
  assert.equal((await put(anonymous, 'two', token, 'USD')).cart.currency, 'USD')
  await changeCartCurrency(app, anonymous, { token, currency: 'EUR' })
  assert.equal((await findCart(app, anonymous, token))?.currency, 'EUR')
})

test('a cart holds twenty servers', async () => {
  const { token } = await put(anonymous, 'web0')
  for (let index = 1; index < 20; index += 1) await put(anonymous, `web${index}`, token)
  await assert.rejects(put(anonymous, 'web20', token), { code: 'cart_full' })
})

test('signing in twice at once keeps one cart with everything in it', async () => {
  const { customer, actor } = await buildCustomer(app)
  const [first, second] = [await put(anonymous, 'first'), await put(anonymous, 'second')]
  const outcomes = await Promise.allSettled([
    adoptCart(app, customer.id, first.token),
    adoptCart(app, customer.id, second.token),
  ])
  if (outcomes.some((outcome) => outcome.status === 'rejected'))
    for (const { token } of [first, second]) await adoptCart(app, customer.id, token)
  assert.deepEqual((await hostnames(actor))?.toSorted(), ['first', 'second'])
})
