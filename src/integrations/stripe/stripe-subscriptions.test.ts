import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { z } from 'zod'
import { testStripe } from './stripe-simulator-test-gateway.ts'

const contract = new URL('../../../../shared/contracts/stripe/stripe-api-subset.openapi.json', import.meta.url)
const skip = existsSync(contract) ? false : 'skipped: contracts not present'

const { stripe, gateway, newCustomer, saveMethod, api } = testStripe()
after(() => stripe.close())

async function buildRunning(price: Record<string, string> = {}) {
  const { gatewayCustomerId: customer } = await newCustomer()
  const method = await saveMethod(customer)
  await api('POST', `/v1/customers/${customer}`, { 'invoice_settings[default_payment_method]': method })
  const { id: product } = await api('POST', '/v1/products', { name: 'Old server' })
  const made = await api('POST', '/v1/prices', {
    product: String(product),
    currency: 'eur',
    unit_amount: '750',
    'recurring[interval]': 'month',
    'recurring[interval_count]': '3',
    ...price,
  })
  const items = { 'items[0][price]': String(made['id']), 'items[0][quantity]': '2' }
  const { id } = await api('POST', '/v1/subscriptions', { customer, ...items })
  return { id: String(id), customer, method }
}

test('a subscription is read in our words, with what its customer is charged by', async () => {
  const { id, customer, method } = await buildRunning()
  const theirs = await gateway.getSubscription(id)
  assert.deepEqual(
    [
      theirs?.gatewayCustomerId,
      theirs?.status,
      theirs?.ended,
      theirs?.renews,
      theirs?.gatewayMethodId,
      theirs?.charges,
    ],
    [customer, 'active', false, true, method, true],
  )
  const [item] = theirs?.items ?? []
  assert.deepEqual(
    [item?.quantity, item?.unitMinor, item?.currency, item?.intervalUnit, item?.intervalCount, item?.taxOnTop],
    [2, 750n, 'EUR', 'month', 3, false],
  )
  assert.equal(await gateway.getSubscription('sub_nobody'), undefined)
})

test('it is told to end with its period, to go on after all, and to end now; what has ended stays', async () => {
  const { id } = await buildRunning()
  const tell = (when: 'period_end' | 'now' | 'never', key: string) =>
    gateway.endSubscription({ key, gatewaySubscriptionId: id, when })
  const ending = await tell('period_end', 'one')
  assert.deepEqual([ending.renews, ending.endsAt?.toString()], [false, ending.periodEnd.toString()])
  assert.equal((await tell('never', 'two')).renews, true)
  await tell('period_end', 'one')
  assert.equal((await gateway.getSubscription(id))?.renews, true, 'a key that was used does nothing more')
  assert.equal((await tell('now', 'three')).ended, true)
  assert.equal((await tell('never', 'four')).ended, true)
})

test('its invoices say what was paid for which period, and where they are seen', async () => {
  const { id } = await buildRunning()
  const theirs = await gateway.getSubscription(id)
  const [invoice] = await gateway.listSubscriptionInvoices(id)
  assert.deepEqual(
    [invoice?.status, invoice?.totalMinor, invoice?.paidMinor, invoice?.currency, invoice?.periodEnd.toString()],
    ['paid', 1_500n, 1_500n, 'EUR', theirs?.periodEnd.toString()],
  )
  assert.match(invoice?.url ?? '', /^http/)
})

const Document = z.object({
  components: z.object({
    schemas: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) })),
  }),
})

test('what is read and said is of the API', { skip }, () => {
  const { schemas } = Document.parse(JSON.parse(readFileSync(contract, 'utf8'))).components
  const has = (schema: string, fields: string) => {
    const known = schemas[schema]?.properties ?? {}
    assert.deepEqual(
      fields.split(' ').filter((field) => !(field in known)),
      [],
      schema,
    )
  }
  has(
    'Subscriptions__Subscription',
    'status customer cancel_at_period_end cancel_at ended_at billing_cycle_anchor collection_method default_payment_method default_tax_rates automatic_tax discounts pause_collection schedule pending_update items',
  )
  has(
    'SubscriptionItems__SubscriptionItem',
    'quantity current_period_start current_period_end tax_rates discounts price',
  )
  has('Prices__Price', 'unit_amount currency billing_scheme tax_behavior recurring')
  has(
    'Invoices__Invoice',
    'number status total amount_paid currency created hosted_invoice_url status_transitions lines period_start period_end parent',
  )
  has('InvoiceLineItems__InvoiceLineItem', 'period')
  has('Subscriptions__SubscriptionUpdateParams', 'cancel_at_period_end proration_behavior expand')
  has('Subscriptions__SubscriptionCancelParams', 'prorate invoice_now expand')
  has('Invoices__InvoiceListParams', 'subscription limit')
})
