import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { Stripe } from 'stripe'
import { stripeSimulator } from './stripe-simulator.ts'

const secretKey = 'sk_test_page'
let nowMs = Date.UTC(2027, 4, 15)
const sim = stripeSimulator({
  secretKey,
  webhookSecret: 'whsec_page',
  publicUrl: 'http://stripe.localhost',
  now: () => nowMs,
})
after(() => sim.close())
const sdk = new Stripe(secretKey, {
  host: 'stripe.localhost',
  protocol: 'http',
  port: 80,
  maxNetworkRetries: 0,
  httpClient: Stripe.createFetchHttpClient(sim.fetch),
})

const GOOD = { number: '4242 4242 4242 4242', expiry: '12 / 30', cvc: '123', name: 'Ada Lovelace' }
const { id: customer } = await sdk.customers.create({ name: 'Ada' })

async function open(change: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  const product_data = { name: 'VPS <b>Professional</b>' }
  const { id, url } = await sdk.checkout.sessions.create({
    mode: 'payment',
    customer,
    line_items: [{ quantity: 2, price_data: { currency: 'eur', unit_amount: 1450, product_data } }],
    success_url: 'https://shop.example.test/ok?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example.test/back',
    ...change,
  })
  return { id, url: url ?? '' }
}

async function submit(url: string, form: Record<string, string>) {
  const response = await sim.fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  })
  return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() }
}

const chargesOf = async (id: string): Promise<number> => {
  const session = await sdk.checkout.sessions.retrieve(id)
  return sim.effects().get(session.payment_intent as string)?.length ?? 0
}

test('the page shows what is paid, is marked as simulated, and fetches nothing', async () => {
  const { url } = await open()
  const response = await sim.fetch(url)
  const text = await response.text()
  assert.match(text, /Simulated Stripe\.<\/strong> No money moves\./)
  assert.match(text, /€29\.00/)
  assert.match(text, /VPS &lt;b&gt;Professional&lt;\/b&gt; × 2/)
  assert.match(text, /href="https:\/\/shop\.example\.test\/back"/)
  assert.match(text, /4000 0000 0000 9995/)
  for (const field of ['number', 'expiry', 'cvc', 'name']) assert.match(text, new RegExp(`<label for="${field}">`))
  assert.doesNotMatch(text, /<script|<link|src=|type="email"/)
  const css = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? ''
  const hash = createHash('sha256').update(css).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'`
  assert.ok(response.headers.get('content-security-policy')?.startsWith(policy), 'its one style is allowed by its hash')
})

test('paying leads back to the shop with the id of the session; a second click captures nothing more', async () => {
  const { id, url } = await open()
  const [first, second] = await Promise.all([submit(url, GOOD), submit(url, GOOD)])
  for (const answer of [first, second, await submit(url, GOOD)]) {
    assert.equal(answer.status, 303)
    assert.equal(answer.location, `https://shop.example.test/ok?session=${id}`)
  }
  assert.equal(await chargesOf(id), 1)
  assert.match(await (await sim.fetch(url)).text(), /This checkout is complete/)
})

test('a declined card stays on the page in the words of Stripe, and another card pays', async () => {
  const { id, url } = await open()
  const declined = await submit(url, { ...GOOD, number: '4000000000009995' })
  assert.equal(declined.status, 200)
  assert.match(declined.text, /role="alert">Your card has insufficient funds\./)
  assert.match(declined.text, /value="4000000000009995"/)
  assert.doesNotMatch(declined.text, /value="123"/)
  assert.match(await (await sim.fetch(url)).text(), /insufficient funds\.<\/p>/, 'also for who comes back')
  assert.equal((await submit(url, GOOD)).status, 303)
  assert.equal(await chargesOf(id), 1)
})

test('what is wrong with a card is said beside the field, and nothing is tried', async () => {
  const { id, url } = await open()
  const cases: [Partial<typeof GOOD>, string, RegExp][] = [
    [{ number: '4242' }, 'number', /card number is incomplete/],
    [{ number: '4242424242424241' }, 'number', /card number is invalid/],
    [{ expiry: '13/30' }, 'expiry', /expiration date is incomplete/],
    [{ expiry: '04/27' }, 'expiry', /expiration date is in the past/],
    [{ cvc: '12' }, 'cvc', /security code is incomplete/],
    [{ name: ' ' }, 'name', /Enter the name/],
  ]
  for (const [change, field, words] of cases) {
    const { status, text } = await submit(url, { ...GOOD, ...change })
    assert.equal(status, 200)
    assert.match(text, new RegExp(`aria-describedby="${field}-error"`))
    assert.match(text, words)
  }
  assert.equal((await sdk.checkout.sessions.retrieve(id)).payment_intent, null)
  for (const expiry of ['05/27', '5/2027', '0527']) {
    const fine = await open()
    assert.equal((await submit(fine.url, { ...GOOD, expiry })).status, 303, expiry)
  }
})

test('a card that is no test card is refused and never kept', async () => {
  const { id, url } = await open()
  const { text } = await submit(url, { ...GOOD, number: '4111 1111 1111 1111' })
  assert.match(text, /used a non test card/)
  assert.equal((await sdk.checkout.sessions.retrieve(id)).payment_intent, null)
})

test('3-D Secure: failing leads back to the form, completing pays once', async () => {
  const { id, url } = await open()
  const secure = { ...GOOD, number: '4000002500003155' }
  const asked = await submit(url, secure)
  assert.equal(asked.location, `/c/pay/${id}/authenticate`)
  const bank = `http://stripe.localhost${asked.location}`
  const page = await (await sim.fetch(bank)).text()
  assert.match(page, />Complete<\/button>/)
  assert.match(page, />Fail<\/button>/)
  assert.equal(await chargesOf(id), 0)

  const failed = await submit(bank, { result: 'fail' })
  assert.equal(failed.location, `/c/pay/${id}`)
  assert.match(await (await sim.fetch(url)).text(), /unable to authenticate your payment method/)

  await submit(url, secure)
  const answers = await Promise.all([submit(bank, { result: 'complete' }), submit(bank, { result: 'complete' })])
  for (const answer of answers) assert.equal(answer.location, `https://shop.example.test/ok?session=${id}`)
  assert.equal(await chargesOf(id), 1)
  assert.equal((await submit(bank, { result: 'fail' })).location, `https://shop.example.test/ok?session=${id}`)
  assert.equal(await chargesOf(id), 1)
})

test('an expired page says so and takes no money; an unknown one is not found', async () => {
  const { id, url } = await open()
  nowMs += 86_400_000
  assert.match(await (await sim.fetch(url)).text(), /This checkout has expired/)
  const late = await submit(url, GOOD)
  assert.match(late.text, /Nothing was charged/)
  assert.equal(await chargesOf(id), 0)
  assert.equal((await sim.fetch('http://stripe.localhost/c/pay/cs_test_none')).status, 404)
})

test('who is not known yet is asked for an address, and becomes a customer when the card is kept', async () => {
  const line = { quantity: 1, price_data: { currency: 'jpy', unit_amount: 900, product_data: { name: 'VPS' } } }
  const guest = await sdk.checkout.sessions.create({
    mode: 'payment',
    line_items: [line],
    success_url: 'https://shop.example.test/ok',
    payment_intent_data: { setup_future_usage: 'off_session' },
  })
  const page = await (await sim.fetch(guest.url ?? '')).text()
  assert.match(page, /¥900/)
  assert.match(page, /<label for="email">/)
  assert.match((await submit(guest.url ?? '', GOOD)).text, /Enter your email address/)
  assert.equal((await submit(guest.url ?? '', { ...GOOD, email: 'guest@example.test' })).status, 303)
  const paid = await sdk.checkout.sessions.retrieve(guest.id, { expand: ['customer'] })
  assert.equal((paid.customer as Stripe.Customer).email, 'guest@example.test')
})

test('a page that saves a way to pay takes a card or a bank account, and charges nothing', async () => {
  const setup = () =>
    sdk.checkout.sessions.create({
      mode: 'setup',
      currency: 'eur',
      customer,
      success_url: 'https://shop.example.test/saved?session={CHECKOUT_SESSION_ID}',
    })
  for (const form of [GOOD, { method: 'sepa_debit', iban: 'DE89 3704 0044 0532 0130 00', holder: 'Ada Lovelace' }]) {
    const { id, url } = await setup()
    const page = await (await sim.fetch(url ?? '')).text()
    assert.match(page, /Nothing is charged now/)
    assert.match(page, /<label for="iban">/)
    const saved = await submit(url ?? '', form)
    assert.deepEqual([saved.status, saved.location], [303, `https://shop.example.test/saved?session=${id}`])
    const expand = ['setup_intent.payment_method', 'setup_intent.mandate']
    const { setup_intent } = await sdk.checkout.sessions.retrieve(id, { expand })
    const { payment_method, mandate } = setup_intent as Stripe.SetupIntent
    const account = 'iban' in form
    assert.equal((payment_method as Stripe.PaymentMethod).type, account ? 'sepa_debit' : 'card')
    assert.equal((mandate as Stripe.Mandate | null)?.status, account ? 'active' : undefined)
  }
})

test('an account is not offered where there is no euro, and a wrong IBAN is said beside its field', async () => {
  const product_data = { name: 'VPS' }
  const dollars = await open({
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 900, product_data } }],
  })
  assert.doesNotMatch(await (await sim.fetch(dollars.url)).text(), /iban/)
  const { id, url } = await open()
  const wrong = await submit(url, { method: 'sepa_debit', iban: 'DE12', holder: '' })
  assert.match(wrong.text, /id="iban-error">Your IBAN is invalid/)
  assert.match(wrong.text, /Enter the name of the account holder/)
  assert.match(wrong.text, /<details open>\s*<summary>SEPA/)
  await submit(url, { method: 'sepa_debit', iban: 'DE89370400440532013000', holder: 'Ada' })
  const paid = await sdk.checkout.sessions.retrieve(id)
  assert.deepEqual([paid.status, paid.payment_status], ['complete', 'unpaid'])
})
