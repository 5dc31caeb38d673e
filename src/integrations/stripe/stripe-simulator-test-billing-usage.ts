import type { Stripe } from 'stripe'
import type { StripeSimulator } from './stripe-simulator.ts'

/** Uses of the official SDK that make the simulator show what it knows of the catalogue, subscriptions and invoices. */

const quietly = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined)

async function useCatalogue(sdk: Stripe): Promise<{ small: string; large: string }> {
  const product = await sdk.products.create({ name: 'VPS', description: 'A server', unit_label: 'server' })
  await sdk.products.update(product.id, { metadata: { tier: '1' } })
  await sdk.products.list()
  const price = { product: product.id, currency: 'eur', recurring: { interval: 'month' } } as const
  const { id: small } = await sdk.prices.create({ ...price, unit_amount: 1_000, lookup_key: `small-${product.id}` })
  const { id: large } = await sdk.prices.create({ ...price, unit_amount: 3_000, expand: ['product'] })
  await sdk.prices.update(small, { nickname: 'Small' })
  await sdk.prices.list({ product: product.id })
  await sdk.products.del((await sdk.products.create({ name: 'Mistake' })).id)
  return { small, large }
}

async function useSubscriptions(sdk: Stripe, sim: StripeSimulator): Promise<void> {
  const { small, large } = await useCatalogue(sdk)
  const start = Date.UTC(2027, 0, 31) / 1000
  const clock = await sdk.testHelpers.testClocks.create({ frozen_time: start, name: 'Ours' })
  const { id: customer } = await sdk.customers.create({ test_clock: clock.id })
  const { id: method } = await sdk.paymentMethods.attach('pm_card_visa', { customer })
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: method } })
  const subscription = await sdk.subscriptions.create({
    customer,
    items: [{ price: small }],
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: ['latest_invoice.confirmation_secret', 'latest_invoice.payments', 'items.data.price.product'],
  })
  const invoice = subscription.latest_invoice as Stripe.Invoice
  await sdk.invoices.pay(invoice.id, { payment_method: method })
  const item = subscription.items.data[0]?.id ?? ''
  await sdk.subscriptions.update(subscription.id, { items: [{ id: item, price: large }], cancel_at_period_end: true })
  await sdk.subscriptions.update(subscription.id, { cancel_at_period_end: false, proration_behavior: 'none' })
  const target = Date.UTC(2027, 1, 28) / 1000 + 3_700
  await sdk.testHelpers.testClocks.advance(clock.id, { frozen_time: target })
  sim.tick()
  await sdk.testHelpers.testClocks.retrieve(clock.id)
  await sdk.subscriptions.pause(subscription.id)
  await sdk.subscriptions.resume(subscription.id)
  await sdk.subscriptions.list({ customer, expand: ['data.latest_invoice'] })
  await sdk.subscriptionItems.list({ subscription: subscription.id })
  await sdk.subscriptionItems.retrieve(item)
  await sdk.invoices.list({ customer, expand: ['data.payments'] })
  await sdk.invoices.listLineItems(invoice.id)
  await sdk.invoicePayments.list({ invoice: invoice.id })
  await sdk.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true })
  await sdk.subscriptions.create({ customer, items: [{ price: small }], trial_period_days: 7 })
  await sdk.testHelpers.testClocks.list()
  await sdk.testHelpers.testClocks.del(clock.id)
}

async function useInvoices(sdk: Stripe): Promise<void> {
  const { id: customer } = await sdk.customers.create({ name: 'Ada', address: { country: 'AT' } })
  const open = async () => {
    await sdk.invoiceItems.create({ customer, amount: 700, currency: 'eur', description: 'Setup' })
    return sdk.invoices.create({ customer, pending_invoice_items_behavior: 'include', auto_advance: false })
  }
  const { id: refused } = await open()
  await sdk.invoices.update(refused, { description: 'For you' })
  await sdk.invoices.finalizeInvoice(refused)
  await quietly(sdk.invoices.pay(refused, { payment_method: 'pm_card_chargeDeclined' }))
  await sdk.invoices.markUncollectible(refused)
  await sdk.invoices.voidInvoice(refused)
  await sdk.invoices.pay((await open()).id, { payment_method: 'pm_card_visa', expand: ['payments'] })
  await sdk.invoices.sendInvoice((await open()).id)
  await sdk.invoices.del((await open()).id)
  const waiting = await sdk.invoiceItems.create({ customer, amount: 100, currency: 'eur' })
  await sdk.invoiceItems.list({ customer })
  await sdk.invoiceItems.del(waiting.id)
}

export async function useBilling(sdk: Stripe, sim: StripeSimulator): Promise<void> {
  await useSubscriptions(sdk, sim)
  await useInvoices(sdk)
}
