import assert from 'node:assert/strict'
import type { Stripe } from 'stripe'
import type { StripeSimulator } from './stripe-simulator.ts'

/** Uses of the official SDK that make the simulator show all it can answer. */

const metadata = { app: 'ez-solutions', payment_id: 'pay_1' }
const openSession = (sdk: Stripe, customer: string) =>
  sdk.checkout.sessions.create({
    mode: 'payment',
    customer,
    client_reference_id: 'pay_1',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 900, product_data: { name: 'VPS' } } }],
    metadata,
    payment_intent_data: { setup_future_usage: 'off_session', metadata },
    success_url: 'https://shop.example.test/ok',
    cancel_url: 'https://shop.example.test/back',
  })

const quietly = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined)

const offSession = { amount: 900, currency: 'eur', off_session: true, confirm: true } as const

async function useDebits(sdk: Stripe, sim: StripeSimulator): Promise<void> {
  const { id: customer } = await sdk.customers.create({ email: 'ada@example.test' })
  sim.setDebitSettlesAfter(0)
  for (const iban of ['DE89370400440532013000', 'DE62370400440532013001', 'DE35370400440532013002']) {
    const { id: payment_method } = await sdk.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban },
      billing_details: { name: 'Ada', email: 'ada@example.test' },
    })
    await sdk.setupIntents.create({ customer, confirm: true, payment_method })
    await sdk.paymentIntents.create({ ...offSession, customer, payment_method, expand: ['latest_charge'] })
    const page = await openSession(sdk, customer)
    sim.pay(page.id, iban)
    sim.tick()
    await sdk.checkout.sessions.retrieve(page.id, { expand: ['payment_intent.latest_charge.balance_transaction'] })
  }
  const setup = await sdk.setupIntents.list({ limit: 1 })
  await sdk.mandates.retrieve(setup.data[0]?.mandate as string)
  await sdk.charges.list({ customer })
  const { data } = await sdk.paymentIntents.list({ customer })
  await sdk.refunds.create({ payment_intent: data.findLast((each) => each.status === 'succeeded')?.id ?? '' })
  sim.tick()
}

async function useDisputes(sdk: Stripe, sim: StripeSimulator): Promise<void> {
  const { id: customer } = await sdk.customers.create({ email: 'ada@example.test' })
  const pay = async () =>
    (await sdk.paymentIntents.create({ ...offSession, customer, payment_method: 'pm_card_visa' })).id
  const contested = sim.dashboard.openDispute(await pay())
  await sdk.disputes.update(contested, { evidence: { customer_name: 'Ada' }, submit: true })
  sim.dashboard.decideDispute(contested, 'won')
  await sdk.disputes.close(sim.dashboard.openDispute(await pay()))
  const asked = sim.dashboard.openDispute(await pay(), true)
  sim.dashboard.decideDispute(asked, 'lost')
  sim.dashboard.decideDispute(sim.dashboard.openDispute(await pay(), true), 'won')
  await sdk.disputes.retrieve(asked)
  const { data } = await sdk.balanceTransactions.list({ limit: 100 })
  await sdk.balanceTransactions.retrieve(data[0]?.id ?? '')
}

async function usePortal(sdk: Stripe, sim: StripeSimulator): Promise<void> {
  const { id: customer } = await sdk.customers.create({ email: 'ada@example.test' })
  const configuration = await sdk.billingPortal.configurations.create({
    features: { payment_method_update: { enabled: true }, invoice_history: { enabled: true } },
  })
  await sdk.billingPortal.configurations.update(configuration.id, { name: 'Ours' })
  await sdk.billingPortal.configurations.list()
  const { url } = await sdk.billingPortal.sessions.create({ customer, expand: ['configuration'] })
  const form = { number: '4242424242424242', expiry: '12/99', cvc: '123', name: 'Ada' }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  await sim.fetch(`${url}/add`, { method: 'POST', headers, body: new URLSearchParams(form).toString() })
  const { data } = await sdk.customers.listPaymentMethods(customer)
  const body = new URLSearchParams({ id: data[0]?.id ?? '' }).toString()
  await sim.fetch(`${url}/remove`, { method: 'POST', headers, body })
}

/** Everything the simulator can answer, at least once. */
export async function useEverything(sdk: Stripe, sim: StripeSimulator): Promise<void> {
  await useDebits(sdk, sim)
  await useDisputes(sdk, sim)
  await usePortal(sdk, sim)
  const { id: customer } = await sdk.customers.create({
    email: 'a@example.test',
    name: 'Ada',
    address: { city: 'Wien', country: 'AT' },
    metadata: { user_id: '1' },
  })
  await sdk.customers.update(customer, { name: 'Ada L.' })
  const paid = await openSession(sdk, customer)
  assert.throws(() => sim.pay(paid.id, '4000000000000002'))
  sim.pay(paid.id, '4000002500003155')
  sim.authenticate(paid.id, false)
  sim.pay(paid.id, '4000002500003155')
  sim.authenticate(paid.id, true)
  await sdk.checkout.sessions.retrieve(paid.id, {
    expand: ['payment_intent.payment_method', 'payment_intent.latest_charge', 'customer', 'line_items'],
  })
  await sdk.checkout.sessions.listLineItems(paid.id)
  await sdk.checkout.sessions.expire((await openSession(sdk, customer)).id)
  const setup = await sdk.checkout.sessions.create({
    mode: 'setup',
    currency: 'eur',
    customer,
    success_url: 'https://shop.example.test/ok',
  })
  assert.throws(() => sim.pay(setup.id, '4000000000000002'))
  sim.pay(setup.id)
  await sdk.checkout.sessions.list({ expand: ['data.payment_intent'] })

  const chargedId = await useCards(sdk, customer)
  await useRefunds(sdk, sim, customer, chargedId)
  await sdk.events.list({ limit: 100 })
  await sdk.webhookEndpoints.list()
  await quietly(sdk.customers.retrieve('cus_none'))
  await sdk.customers.del(customer)
}

async function useCards(sdk: Stripe, customer: string): Promise<string> {
  const { data: methods } = await sdk.customers.listPaymentMethods(customer, { type: 'card' })
  const payment_method = methods[0]?.id ?? ''
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: payment_method } })
  const charge = { ...offSession, customer }
  const charged = await sdk.paymentIntents.create({ ...charge, payment_method, expand: ['latest_charge'] })
  for (const card of ['pm_card_chargeDeclined', 'pm_card_authenticationRequired', 'pm_card_chargeDeclinedExpiredCard'])
    await quietly(sdk.paymentIntents.create({ ...charge, payment_method: card }))
  const waiting = await sdk.paymentIntents.create({ amount: 900, currency: 'eur' })
  await sdk.paymentIntents.confirm(waiting.id, {
    payment_method: 'pm_card_threeDSecure2Required',
    return_url: 'https://shop.example.test/back',
  })
  await sdk.paymentIntents.cancel(waiting.id, { cancellation_reason: 'abandoned' })
  await sdk.paymentIntents.list()
  await sdk.setupIntents.create({ customer, confirm: true, payment_method: 'pm_card_visa' })
  await quietly(sdk.setupIntents.create({ customer, confirm: true, payment_method: 'pm_card_chargeDeclined' }))
  const asking = await sdk.setupIntents.create({
    customer,
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
  })
  await sdk.setupIntents.cancel(asking.id)
  await sdk.setupIntents.list()
  return charged.id
}

async function useRefunds(sdk: Stripe, sim: StripeSimulator, customer: string, chargedId: string): Promise<void> {
  const charge = { ...offSession, customer }
  await sdk.refunds.create({ payment_intent: chargedId, amount: 100, reason: 'requested_by_customer' })
  await sdk.charges.list({ payment_intent: chargedId })
  await sdk.paymentIntents.create({ ...charge, payment_method: 'pm_card_createDispute' })
  const failing = await sdk.paymentIntents.create({ ...charge, payment_method: 'pm_card_refundFail' })
  sim.setRefundFailsAfter(0)
  await sdk.refunds.create({ payment_intent: failing.id })
  sim.tick()
  await sdk.refunds.list()
  await sdk.disputes.list()
  const { data } = await sdk.customers.listPaymentMethods(customer)
  await sdk.paymentMethods.detach(data[0]?.id ?? '')
}
