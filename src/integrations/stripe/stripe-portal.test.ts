import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testStripe } from './stripe-simulator-test-gateway.ts'

let nowMs = Date.now()
const { stripe, gateway, gatewayOf, newCustomer, saveMethod, api } = testStripe(() => nowMs)
after(() => stripe.close())

const expiry = `12/${new Date(nowMs).getUTCFullYear() + 2}`
const CARD = { number: '4242 4242 4242 4242', expiry, cvc: '123', name: 'Ada Lovelace' }

async function open() {
  const { gatewayCustomerId } = await newCustomer()
  const returnUrl = 'https://shop.example.test/billing'
  const { url } = await gateway.openPortal({ gatewayCustomerId, returnUrl, locale: 'de' })
  return { gatewayCustomerId, url }
}
const read = async (url: string): Promise<string> => (await stripe.fetch(url)).text()
async function submit(url: string, form: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(form).toString()
  const answer = await stripe.fetch(url, { method: 'POST', body, headers, redirect: 'manual' })
  return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() }
}
const defaultOf = async (id: string): Promise<unknown> =>
  ((await api('GET', `/v1/customers/${id}`))['invoice_settings'] as Record<string, unknown>)['default_payment_method']
const typesSince = (count: number): string[] =>
  stripe
    .events()
    .slice(count)
    .map((event) => event.type)

test('the portal is a page without scripts that leads back to the shop', async () => {
  const { url } = await open()
  const page = await read(url)
  assert.match(page, /No payment method is saved/)
  assert.match(page, /Nothing was paid yet/)
  assert.match(page, /href="https:\/\/shop\.example\.test\/billing"/)
  assert.doesNotMatch(page, /<script|<link|src=/)
})

test('a card is added, preferred and removed, and each is told', async () => {
  const { url, gatewayCustomerId } = await open()
  let before = stripe.events().length
  const added = await submit(`${url}/add`, CARD)
  assert.deepEqual([added.status, added.location], [303, new URL(url).pathname])
  assert.deepEqual(typesSince(before), [
    'setup_intent.created',
    'payment_method.attached',
    'setup_intent.succeeded',
    'customer.updated',
  ])
  const [first] = await gateway.listMethods(gatewayCustomerId)
  assert.equal(await defaultOf(gatewayCustomerId), first?.gatewayMethodId, 'the first is used by default')

  await submit(`${url}/add`, { ...CARD, number: '5555555555554444' })
  const [second] = await gateway.listMethods(gatewayCustomerId)
  const page = await read(url)
  assert.match(page, /mastercard •••• 4444/)
  assert.match(page, /aria-label="Make default mastercard •••• 4444"/)
  await submit(`${url}/default`, { id: second?.gatewayMethodId ?? '' })
  assert.equal(await defaultOf(gatewayCustomerId), second?.gatewayMethodId)

  before = stripe.events().length
  await submit(`${url}/remove`, { id: second?.gatewayMethodId ?? '' })
  await submit(`${url}/remove`, { id: second?.gatewayMethodId ?? '' })
  assert.deepEqual(typesSince(before), ['payment_method.detached', 'customer.updated'])
  assert.equal(await defaultOf(gatewayCustomerId), null)
  assert.equal((await gateway.listMethods(gatewayCustomerId)).length, 1)
})

test('a bank account is added, and what is wrong with it is said beside the field', async () => {
  const { url, gatewayCustomerId } = await open()
  const form = { method: 'sepa_debit', iban: 'DE00 1234', holder: 'Ada' }
  const wrong = await submit(`${url}/add`, form)
  assert.match(wrong.text, /Your IBAN is invalid/)
  assert.match(wrong.text, /value="DE00 1234"/)
  await submit(`${url}/add`, { ...form, iban: 'de89 3704 0044 0532 0130 00' })
  assert.deepEqual(
    (await gateway.listMethods(gatewayCustomerId)).map((each) => each.kind),
    ['sepa_debit'],
  )
})

test('a refused card says so, and one that asks its holder leads to her bank and back', async () => {
  const { url, gatewayCustomerId } = await open()
  const refused = await submit(`${url}/add`, { ...CARD, number: '4000000000000002' })
  assert.match(refused.text, /role="alert">Your card was declined/)
  assert.doesNotMatch(refused.text, /value="123"/)
  const asked = await submit(`${url}/add`, { ...CARD, number: '4000002500003155' })
  assert.match(asked.location, /^\/3ds\/seti_/)
  const back = await submit(`http://stripe.localhost${asked.location}`, { result: 'complete' })
  assert.ok(back.location.startsWith(url))
  assert.equal((await gateway.listMethods(gatewayCustomerId)).length, 1)
})

test("a customer sees and touches only what is hers, and another's method stays", async () => {
  const other = await newCustomer()
  const method = await saveMethod(other.gatewayCustomerId)
  const { url } = await open()
  assert.equal((await submit(`${url}/remove`, { id: method })).status, 303)
  assert.equal((await gateway.listMethods(other.gatewayCustomerId)).length, 1)
})

test('a link lives for minutes unless it is used, and dies with its customer', async () => {
  const unused = await open()
  const used = await open()
  nowMs += 4 * 60_000
  await read(used.url)
  nowMs += 2 * 60_000
  const late = await stripe.fetch(unused.url)
  assert.equal(late.status, 404)
  assert.match(await late.text(), /This link has expired/)
  assert.match(await read(used.url), /Payment methods/)
  await gateway.forgetCustomer(used)
  assert.match(await read(used.url), /This link has expired/)
  assert.match(await read('http://stripe.localhost/p/session/test_unknown'), /This link has expired/)
})

test('a configuration says what customers may do', async () => {
  const made = await api('POST', '/v1/billing_portal/configurations', {
    'features[invoice_history][enabled]': 'true',
    'business_profile[headline]': 'EZ Solutions',
  })
  const { gatewayCustomerId } = await newCustomer()
  const returnUrl = 'https://shop.example.test/billing'
  const chosen = gatewayOf({ portalConfiguration: String(made['id']) })
  const { url } = await chosen.openPortal({ gatewayCustomerId, returnUrl, locale: 'en' })
  const page = await read(url)
  assert.match(page, /Receipts/)
  assert.doesNotMatch(page, /Payment methods/)
  await submit(`${url}/add`, CARD)
  assert.deepEqual(await gateway.listMethods(gatewayCustomerId), [])
  await api('POST', `/v1/billing_portal/configurations/${String(made['id'])}`, { active: 'false' })
  await assert.rejects(chosen.openPortal({ gatewayCustomerId, returnUrl, locale: 'en' }), { code: 'payment_refused' })
  const unknown = await api('POST', '/v1/billing_portal/configurations', { 'features[telepathy][enabled]': 'true' })
  assert.match(JSON.stringify(unknown), /parameter_unknown/)
})
