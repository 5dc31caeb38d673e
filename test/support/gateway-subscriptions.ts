import type { App } from '#app/app.ts'
import { adoptSubscription } from '#modules/billing/adoption/adopt-subscription.ts'
import { staffAs } from './actors.ts'
import { type Buyer, buildCustomer } from './builders.ts'
import type { TestApp } from './test-app.ts'

type Form = Record<string, string>
type Answer = Record<string, unknown> & { id: string }

/** Stripe spoken to directly, as its Dashboard or another application on the account would. */
export async function atStripe(
  app: TestApp,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  form: Form = {},
): Promise<Answer> {
  const fields = new URLSearchParams(form).toString()
  const answer = await app.stripe.fetch(`http://stripe.localhost/v1/${path}${method === 'GET' ? `?${fields}` : ''}`, {
    method,
    headers: {
      authorization: `Bearer ${app.config.stripe.secretKey.reveal()}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(method === 'POST' ? { body: fields } : {}),
  })
  const body = (await answer.json()) as Answer & { error?: { message: string } }
  if (body.error) throw new Error(`Stripe: ${body.error.message}`)
  return body
}

/** A subscription that ran at Stripe before anybody knew of us, with a clock of its own. */
export type RunningThere = {
  gatewaySubscriptionId: string
  gatewayCustomerId: string
  /** Lets Stripe live until that moment, and our business time with it; messages arrive with `app.work()`. */
  liveUntil(moment: string): Promise<void>
}

let serial = 0

/** From `from` on, paid by a card that is kept there. `amount` is minor units of `currency` for one piece. */
export async function buildAtStripe(
  app: TestApp,
  about: {
    from: string
    email?: string
    amount?: number
    currency?: string
    interval?: 'day' | 'week' | 'month' | 'year'
    items?: number
    quantity?: number
    card?: string
  },
): Promise<RunningThere> {
  serial += 1
  const clock = await atStripe(app, 'POST', 'test_helpers/test_clocks', {
    frozen_time: seconds(about.from),
    name: `Running there ${serial}`,
  })
  const customer = await atStripe(app, 'POST', 'customers', {
    email: about.email ?? `there-${serial}@example.com`,
    name: 'Running There',
    test_clock: clock.id,
  })
  const { id: method } = await atStripe(app, 'POST', `payment_methods/${about.card ?? 'pm_card_visa'}/attach`, {
    customer: customer.id,
  })
  await atStripe(app, 'POST', `customers/${customer.id}`, { 'invoice_settings[default_payment_method]': method })
  const product = await atStripe(app, 'POST', 'products', { name: 'Old server' })
  const items: Form = {}
  for (let index = 0; index < (about.items ?? 1); index += 1) {
    const price = await atStripe(app, 'POST', 'prices', {
      product: product.id,
      currency: about.currency ?? 'eur',
      unit_amount: String(about.amount ?? 1_500),
      'recurring[interval]': about.interval ?? 'month',
    })
    items[`items[${index}][price]`] = price.id
    items[`items[${index}][quantity]`] = String(about.quantity ?? 1)
  }
  setBusinessTime(app, about.from)
  const subscription = await atStripe(app, 'POST', 'subscriptions', { customer: customer.id, ...items })
  return {
    gatewaySubscriptionId: subscription.id,
    gatewayCustomerId: customer.id,
    liveUntil: async (moment) => {
      await atStripe(app, 'POST', `test_helpers/test_clocks/${clock.id}/advance`, { frozen_time: seconds(moment) })
      app.stripe.tick()
      setBusinessTime(app, moment)
    },
  }
}

export type Adopted = Buyer & RunningThere & { id: string }

/** One that was adopted for a customer of ours, by default on the day it began. */
export async function buildAdopted(
  app: TestApp,
  about: Partial<Parameters<typeof buildAtStripe>[1]> = {},
): Promise<Adopted> {
  const there = await buildAtStripe(app, { from: '2027-01-31T10:00:00Z', ...about })
  await app.work()
  const buyer = await buildCustomer(app)
  const plan = await app.db.selectFrom('plans').select('id').orderBy('position').executeTakeFirstOrThrow()
  const { id } = await adoptSubscription(app, staffAs('admin'), {
    gatewaySubscriptionId: there.gatewaySubscriptionId,
    customerId: buyer.customer.id,
    planId: plan.id,
  })
  return { ...buyer, ...there, id }
}

const seconds = (moment: string): string => String(Math.floor(Temporal.Instant.from(moment).epochMilliseconds / 1000))

const setBusinessTime = (app: Pick<App, 'clock'>, moment: string): void =>
  app.clock.setOffsetSeconds(
    Math.round((Temporal.Instant.from(moment).epochMilliseconds - app.clock.wallClock().epochMilliseconds) / 1000),
  )

/** A subscription that runs at Stripe by the wall clock, for whoever only looks at it. Gives its id. */
export async function subscribeAtStripe(app: TestApp): Promise<string> {
  const { id: customer } = await atStripe(app, 'POST', 'customers', { email: 'there@example.com', name: 'Tina There' })
  const { id: method } = await atStripe(app, 'POST', 'payment_methods/pm_card_visa/attach', { customer })
  await atStripe(app, 'POST', `customers/${customer}`, { 'invoice_settings[default_payment_method]': method })
  const product = await atStripe(app, 'POST', 'products', { name: 'Old server' })
  const price = await atStripe(app, 'POST', 'prices', {
    product: product.id,
    currency: 'eur',
    unit_amount: '1500',
    'recurring[interval]': 'month',
  })
  return (await atStripe(app, 'POST', 'subscriptions', { customer, 'items[0][price]': price.id })).id
}
