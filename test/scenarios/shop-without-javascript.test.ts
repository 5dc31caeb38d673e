import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { expireOrders } from '#modules/orders/cancel-order.ts'
import { SSH_KEY, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'
const CARD = { number: '4242424242424242', expiry: '12/40', cvc: '123', name: 'Jane Doe' }
const BILLING = {
  name: 'Jane Doe',
  addressLine1: 'Hauptstraße 1',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
  terms: 'on',
}
const ORDER_BUTTON = 'Order and pay'

let people = 0
const newEmail = (): string => `visitor${(people += 1)}@example.com`

async function fillCart(visitor: Visitor, hostname = 'web1'): Promise<VisitedPage> {
  const configure = await visitor.open('/order/vps-starter?currency=EUR')
  const cart = await configure.press('Add to cart', { hostname, sshKey: SSH_KEY })
  assert.equal(cart.url.pathname, '/cart')
  return cart
}

/** To the checkout of somebody who has just registered there. */
async function toBilling(visitor: Visitor, email = newEmail()): Promise<VisitedPage> {
  await fillCart(visitor)
  const account = await visitor.open('/checkout')
  return account.press('Create account and continue', { name: 'Jane Doe', email, password })
}

const orderIdOf = (page: VisitedPage): string => /ord_[0-9a-z]{26}/.exec(page.url.pathname)![0]

async function pay(page: VisitedPage, card = CARD): Promise<VisitedPage> {
  return page.press('Pay', card)
}

test('a stranger buys a server without a line of script, from the price list to the address', async () => {
  const visitor = createVisitor(app)
  const pricing = await visitor.open('/pricing?currency=EUR')
  assert.match(pricing.text, /Professional .*€29\.00 per month/)

  const configure = await visitor.open(pricing.link('Order Professional'))
  const priced = await configure.press('Update total', { 'option-backups': '1', period: 'year' })
  assert.match(priced.text, /Total today €297\.00/)

  const refused = await priced.press('Add to cart', {
    hostname: '-web-',
    sshKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----',
  })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Please check 2 fields/)
  assert.match(refused.text, /This is a private key/)
  assert.doesNotMatch(refused.html, /BEGIN OPENSSH/)

  const cart = await refused.press('Add to cart', { hostname: 'Shop.example.com', sshKey: SSH_KEY })
  assert.match(cart.text, /shop\.example\.com €297\.00 yearly/)
  assert.equal(visitor.cookie('cart_count'), '1')

  const account = await visitor.open(cart.link('Continue to checkout'))
  const billing = await account.press('Create account and continue', { name: 'Jane Doe', email: newEmail(), password })
  assert.match(billing.text, /Signed in as visitor1@example\.com/)
  assert.match(billing.text, /You can order now and confirm the address later/)
  const incomplete = await billing.press(ORDER_BUTTON, { name: 'Jane Doe' })
  assert.match(incomplete.text, /Please check 4 fields/)

  const gateway = await incomplete.press(ORDER_BUTTON, BILLING)
  assert.equal(gateway.url.hostname, 'stripe.localhost')
  const returned = await pay(gateway)
  assert.match(returned.url.pathname, /^\/orders\/ord_\w+\/done$/)
  assert.match(returned.text, /waiting for our payment partner to confirm/)
  assert.match(returned.html, /<noscript><meta http-equiv="refresh"/i)

  await app.work()
  const ready = await visitor.open(returned.url.pathname)
  assert.match(ready.text, /Your server is ready/)
  assert.match(ready.text, /Invoice.*Number EZ-\d{4}-\d+/)
  assert.match(ready.text, /ssh debian@203\.0\.113\.\d+/)
  assert.match(ready.link('Go to your server'), /^\/portal\/services\/svc_/)
  assert.doesNotMatch(ready.html, /http-equiv="refresh"/i)
  for (const page of [pricing, configure, refused, cart, account, billing, ready]) {
    assert.doesNotMatch(page.html, / style="/)
    assert.doesNotMatch(page.html, /<script(?![^>]*\ssrc=)/)
    assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /unsafe|nonce/)
  }
})

test('the order button pressed twice gives one order and one payment page', async () => {
  const visitor = createVisitor(app)
  const billing = await toBilling(visitor)
  const [first, second] = await Promise.all([
    billing.press(ORDER_BUTTON, BILLING),
    billing.press(ORDER_BUTTON, BILLING),
  ])
  const again = await billing.press(ORDER_BUTTON, BILLING)
  assert.equal(first.url.href, second.url.href)
  assert.equal(again.url.href, first.url.href)
  assert.equal(visitor.cookie('cart_count'), undefined)
})

test('a declined card is told truthfully, and another one pays the same order', async () => {
  const visitor = createVisitor(app)
  const gateway = await (await toBilling(visitor)).press(ORDER_BUTTON, BILLING)
  const declined = await pay(gateway, { ...CARD, number: '4000000000000002' })
  await app.work()
  const order = await visitor.open(declined.link('← Back'))
  assert.match(order.text, /Your card was declined/)
  assert.match(order.text, /Not paid yet|Pay now/)

  const returned = await pay(await order.press('Pay now'))
  assert.equal(orderIdOf(returned), orderIdOf(order))
  await app.work()
  assert.match((await visitor.open(returned.url.pathname)).text, /Your server is ready/)
})

test('an order nobody pays says so when it is closed', async () => {
  const visitor = createVisitor(app)
  const gateway = await (await toBilling(visitor)).press(ORDER_BUTTON, BILLING)
  const unpaid = await visitor.open(gateway.link('← Back'))
  assert.match(unpaid.text, /It waits for your payment/)
  await app.transaction(tester, async (tx) => {
    await tx.db.updateTable('orders').set({ expiresAt: tx.now }).where('id', '=', orderIdOf(unpaid)).execute()
    await tx.enqueue(expireOrders, {})
  })
  await app.work()
  const closed = await visitor.open(unpaid.url.pathname)
  assert.match(closed.text, /This order was cancelled It was not paid in time/)
  assert.throws(() => closed.press('Pay now'))
})

test('a server that cannot be built is told of with its reason, never as ready', async () => {
  const visitor = createVisitor(app)
  const configure = await visitor.open('/order/vps-starter?currency=EUR')
  await configure.press('Add to cart', { hostname: 'web1', sshKey: SSH_KEY, region: 'hel1' })
  const account = await visitor.open('/checkout')
  const billing = await account.press('Create account and continue', { name: 'Jane Doe', email: newEmail(), password })
  const returned = await pay(await billing.press(ORDER_BUTTON, BILLING))
  await app.db
    .updateTable('addresses')
    .set({ quarantinedUntil: app.clock.now().add({ hours: 1 }) })
    .where('poolId', 'in', (from) =>
      from
        .selectFrom('addressPools')
        .innerJoin('regions', 'regions.id', 'addressPools.regionId')
        .select('addressPools.id')
        .where('regions.slug', '=', 'hel1'),
    )
    .execute()
  await app.work()
  const failed = await visitor.open(returned.url.pathname)
  assert.match(failed.text, /Your payment has arrived, but not everything could be set up/)
  assert.match(failed.text, /We have no room left in this region at the moment/)
  assert.doesNotMatch(failed.text, /is ready|Go to your server/)
})

test('a price that changes before the order is shown again, and nothing is placed', async () => {
  const visitor = createVisitor(app)
  const billing = await toBilling(visitor)
  const changePrice = (amountMinor: bigint) =>
    app.db
      .updateTable('prices')
      .set({ amountMinor })
      .where('currency', '=', 'EUR')
      .where('amountMinor', 'in', [900n, 950n])
      .execute()
  await changePrice(950n)
  const refused = await billing.press(ORDER_BUTTON, BILLING)
  assert.equal(refused.status, 409)
  assert.match(refused.text, /The price has changed.*Order and pay €9\.50/)
  const cart = await visitor.open('/cart')
  assert.match(cart.text, /A price has changed web1: €9\.00 before, €9\.50 now/)
  assert.doesNotMatch((await visitor.open('/cart')).text, /A price has changed/)
  await changePrice(900n)
})

test('what is removed from the cart can be put back, and everything can be changed', async () => {
  const visitor = createVisitor(app)
  await fillCart(visitor)
  const two = await fillCart(visitor, 'web2')
  assert.equal(visitor.cookie('cart_count'), '2')
  const removed = await two.press('Remove web1')
  assert.match(removed.text, /web1 was removed from your cart/)
  assert.doesNotMatch(removed.text, /Change Remove.*web1 €/)
  const undone = await removed.press('Undo')
  assert.match(undone.text, /web1 €9\.00/)

  const change = await visitor.open(undone.link('Change web2'))
  const changed = await change.press('Save changes', { hostname: 'web3', period: 'year' })
  assert.match(changed.text, /web3 €86\.00 yearly/)
  assert.doesNotMatch(changed.text, /web2|A price has changed/)
  const dollars = await changed.press('Apply', { currency: 'USD' })
  assert.match(dollars.text, /web3 \$86\.00 yearly/)
})

test('signing in keeps the cart, and the cart follows its customer to another browser', async () => {
  const email = newEmail()
  const first = createVisitor(app)
  await toBilling(first, email)
  const out = await (await first.open('/checkout')).press('Not you? Sign out')
  assert.match(out.text, /Your cart is empty/)

  const second = createVisitor(app)
  await fillCart(second, 'web9')
  const account = await second.open('/checkout')
  const wrong = await account.press('Sign in and continue', { email, password: 'not this one at all' })
  assert.match(wrong.text, /Email or password is not right/)
  await wrong.press('Sign in and continue', { email, password })
  const cart = await second.open('/cart')
  assert.match(cart.text, /web1 .*web9 /)
  assert.equal(second.cookie('cart_count'), '2')
})

test('the whole way is there in German', async () => {
  const visitor = createVisitor(app)
  const configure = await visitor.open('/de/order/vps-starter')
  const refused = await configure.press('In den Warenkorb', { hostname: 'a_b', sshKey: 'ssh-ed25519 AAAA' })
  assert.match(refused.text, /Bitte prüfen Sie 2 Felder.*Dieser Schlüssel ist unvollständig/)
  const cart = await refused.press('In den Warenkorb', { hostname: 'web1', sshKey: SSH_KEY })
  assert.match(cart.text, /9,00 € monatlich/)
  const account = await visitor.open(cart.link('Weiter zur Kasse'))
  const billing = await account.press('Konto anlegen und weiter', { name: 'Jana Muster', email: newEmail(), password })
  const gateway = await billing.press('Zahlungspflichtig bestellen', BILLING)
  const returned = await pay(gateway)
  assert.match(returned.url.pathname, /^\/de\/orders\//)
  await app.work()
  assert.match((await visitor.open(returned.url.pathname)).text, /Ihr Server ist bereit/)
})

test('shared pages are the same for everybody and hold nothing of the visitor', async () => {
  const visitor = createVisitor(app)
  await toBilling(visitor)
  const stranger = createVisitor(app)
  for (const path of [
    '/',
    '/pricing',
    '/de/pricing?period=year',
    '/products',
    '/products/vps',
    '/products/vps-starter',
    '/legal/terms',
  ]) {
    const [known, unknown] = [await visitor.open(path), await stranger.open(path)]
    assert.equal(known.headers.get('cache-control'), 'public, max-age=60', path)
    assert.equal(known.headers.get('set-cookie'), null, path)
    assert.equal(known.html, unknown.html, path)
  }
  assert.equal((await visitor.open('/products/vps-giant')).status, 404)
  assert.equal((await visitor.open('/order/vps-giant')).status, 404)
})

test("another customer's order looks like one that does not exist, and a stranger signs in first", async () => {
  const owner = createVisitor(app)
  const gateway = await (await toBilling(owner)).press(ORDER_BUTTON, BILLING)
  const order = await owner.open(gateway.link('← Back'))
  const other = createVisitor(app)
  await toBilling(other)
  assert.equal((await other.open(order.url.pathname)).status, 404)
  const login = await createVisitor(app).open(order.url.pathname)
  assert.equal(login.url.pathname, '/login')
  assert.equal(login.url.searchParams.get('next'), order.url.pathname)
})

test('whoever needs a card for a free trial saves one on the way and comes back to order it', async () => {
  await app.db.updateTable('legalEntities').set({ trialNeedsMethod: true }).execute()
  const visitor = createVisitor(app)
  const configure = await visitor.open('/order/vps-professional?currency=EUR')
  await configure.press('Add to cart', { hostname: 'trial1', sshKey: SSH_KEY })
  const account = await visitor.open('/checkout')
  const billing = await account.press('Create account and continue', { name: 'Jane Doe', email: newEmail(), password })
  assert.match(billing.text, /Your free trial needs a card .*Nothing is charged before the trial ends/)
  const refused = await billing.press('Order for nothing today', BILLING)
  assert.equal(refused.status, 409)
  assert.match(refused.text, /A trial needs a saved way to pay/)
  const card = await refused.press('Save a card')
  const { name: _name, ...saved } = CARD
  const back = await card.press('Save', { ...saved, name: 'Jane Doe' })
  assert.equal(back.url.pathname, '/checkout')
  assert.doesNotMatch(back.text, /Your free trial needs a card/)
  const ordered = await back.press('Order for nothing today', BILLING)
  assert.match(ordered.url.pathname, /ord_/)
  await app.db.updateTable('legalEntities').set({ trialNeedsMethod: false }).execute()
})
