import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Stripe } from 'stripe'
import { stripeSimulator } from './stripe-simulator.ts'

const secretKey = 'sk_test_invoices'
const sim = stripeSimulator({ secretKey, webhookSecret: 'whsec_invoices', publicUrl: 'http://stripe.localhost' })
after(() => sim.close())
const sdk = new Stripe(secretKey, {
  host: 'stripe.localhost',
  protocol: 'http',
  port: 80,
  maxNetworkRetries: 0,
  httpClient: Stripe.createFetchHttpClient(sim.fetch),
})

async function draft(change: Partial<Stripe.InvoiceCreateParams> = {}) {
  const { id: customer } = await sdk.customers.create({ name: 'Ada', email: 'ada@example.test' })
  await sdk.invoiceItems.create({ customer, amount: 700, currency: 'eur', description: 'Setup' })
  const invoice = await sdk.invoices.create({ customer, pending_invoice_items_behavior: 'include', ...change })
  return { customer, invoice }
}

test('an invoice is drafted from what waits, finalised with a number, and paid by card', async () => {
  const { customer, invoice } = await draft()
  assert.deepEqual([invoice.status, invoice.total, invoice.number], ['draft', 700, null])
  await sdk.invoiceItems.create({ customer, invoice: invoice.id, amount: 300, currency: 'eur' })
  const open = await sdk.invoices.finalizeInvoice(invoice.id)
  assert.deepEqual([open.status, open.amount_due], ['open', 1_000])
  assert.match(open.number ?? '', /^[A-Z0-9]{8}-0001$/)
  await assert.rejects(sdk.invoices.update(open.id, { description: 'Other' }), /draft/)
  await sdk.invoices.update(open.id, { metadata: { note: 'kept' } })
  await assert.rejects(sdk.invoices.pay(open.id), { code: 'invoice_payment_method_missing' })
  const paid = await sdk.invoices.pay(open.id, { payment_method: 'pm_card_visa', expand: ['payments'] })
  assert.deepEqual([paid.status, paid.amount_paid, paid.metadata?.['note']], ['paid', 1_000, 'kept'])
  const intent = paid.payments?.data[0]?.payment.payment_intent as string
  const found = await sdk.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } })
  assert.equal(found.data[0]?.invoice, paid.id)
  assert.equal(sim.effects().get(intent)?.length, 1)
  await assert.rejects(sdk.invoices.pay(open.id, { payment_method: 'pm_card_visa' }), { code: 'invoice_already_paid' })
})

test('a refused card leaves the invoice open, and tells', async () => {
  const { invoice } = await draft()
  await sdk.invoices.finalizeInvoice(invoice.id)
  await assert.rejects(sdk.invoices.pay(invoice.id, { payment_method: 'pm_card_chargeDeclined' }), { statusCode: 402 })
  const open = await sdk.invoices.retrieve(invoice.id)
  assert.deepEqual([open.status, open.attempt_count, open.attempted], ['open', 1, true])
  assert.ok(sim.events().some((event) => event.type === 'invoice.payment_failed'))
})

test('an invoice is void, given up, deleted as a draft, or paid outside of Stripe', async () => {
  const first = await draft()
  await assert.rejects(sdk.invoices.voidInvoice(first.invoice.id), /open or uncollectible/)
  await sdk.invoices.finalizeInvoice(first.invoice.id)
  assert.equal((await sdk.invoices.markUncollectible(first.invoice.id)).status, 'uncollectible')
  assert.equal((await sdk.invoices.voidInvoice(first.invoice.id)).status, 'void')
  const payments = await sdk.invoicePayments.list({ invoice: first.invoice.id })
  assert.equal(payments.data[0]?.status, 'canceled')

  const second = await draft()
  await sdk.invoices.del(second.invoice.id)
  await assert.rejects(sdk.invoices.retrieve(second.invoice.id), { code: 'resource_missing' })

  const third = await draft({ collection_method: 'send_invoice', days_until_due: 14 })
  const sent = await sdk.invoices.sendInvoice(third.invoice.id)
  assert.equal(sent.status, 'open')
  assert.ok((sent.due_date ?? 0) > sent.created)
  assert.equal((await sdk.invoices.pay(sent.id, { paid_out_of_band: true })).status, 'paid')
  assert.deepEqual(
    (await sdk.invoices.list({ customer: third.customer, status: 'paid' })).data.map((each) => each.id),
    [sent.id],
  )
})

test('an invoice paid by direct debit is paid when the bank has told', async () => {
  sim.setDebitSettlesAfter(0)
  const { customer, invoice } = await draft()
  const { id: payment_method } = await sdk.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban: 'DE89370400440532013000' },
    billing_details: { name: 'Ada', email: 'ada@example.test' },
  })
  await sdk.paymentMethods.attach(payment_method, { customer })
  await sdk.invoices.finalizeInvoice(invoice.id)
  assert.equal((await sdk.invoices.pay(invoice.id, { payment_method })).status, 'open')
  sim.tick()
  assert.equal((await sdk.invoices.retrieve(invoice.id)).status, 'paid')
})

test('prices are found by their key, which another price can take over', async () => {
  const { id: product } = await sdk.products.create({ name: 'VPS', metadata: { tier: '1' } })
  const about = { product, currency: 'eur', unit_amount: 900, lookup_key: 'vps-small' }
  const first = await sdk.prices.create(about)
  await assert.rejects(sdk.prices.create(about), { code: 'resource_already_exists' })
  const second = await sdk.prices.create({ ...about, unit_amount: 1_000, transfer_lookup_key: true })
  const found = await sdk.prices.list({ lookup_keys: ['vps-small'], expand: ['data.product'] })
  assert.deepEqual(
    found.data.map((price) => [price.id, (price.product as Stripe.Product).name]),
    [[second.id, 'VPS']],
  )
  assert.equal((await sdk.prices.update(first.id, { active: false })).active, false)
  await assert.rejects(sdk.products.del(product), /cannot be deleted/)
  assert.deepEqual((await sdk.products.list({ active: true, ids: [product] })).data.length, 1)
})

test('a customer pays an invoice on its page, after her bank has asked', async () => {
  const { invoice } = await draft()
  assert.equal((await sim.fetch(`http://stripe.localhost/i/${invoice.id}`)).status, 404, 'a draft has no page')
  const { hosted_invoice_url: url } = await sdk.invoices.finalizeInvoice(invoice.id)
  const submit = async (address: string, form: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URLSearchParams(form).toString()
    return sim.fetch(address, { method: 'POST', body, headers, redirect: 'manual' })
  }
  const card = { expiry: '12/99', cvc: '123', name: 'Ada' }
  assert.match(await (await sim.fetch(url ?? '')).text(), /Pay €7\.00/)
  const refused = await submit(url ?? '', { ...card, number: '4000000000009995' })
  assert.match(await refused.text(), /insufficient funds/)
  const asked = await submit(url ?? '', { ...card, number: '4000002500003155' })
  const bank = asked.headers.get('location') ?? ''
  assert.match(bank, /^\/3ds\/pi_/)
  await submit(`http://stripe.localhost${bank}`, { result: 'complete' })
  assert.match(await (await sim.fetch(url ?? '')).text(), /Invoice paid/)
  assert.equal((await sdk.invoices.retrieve(invoice.id)).status, 'paid')
})
