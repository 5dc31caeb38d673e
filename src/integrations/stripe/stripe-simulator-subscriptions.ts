import type { BillingParamsOf } from './stripe-simulator-billing-params.ts'
import { periodLine } from './stripe-simulator-billing-lines.ts'
import { newSubscription, newSubscriptionItem } from './stripe-simulator-billing-objects.ts'
import { changeSubscription, collect, endSubscription } from './stripe-simulator-collection.ts'
import { draftInvoice, finalizeInvoice, pendingItems } from './stripe-simulator-invoices.ts'
import type { Customer, Invoice, Memory, Price, Subscription, SubscriptionItem } from './stripe-simulator-memory.ts'
import { periodEnd } from './stripe-simulator-periods.ts'
import { invalid, missing, Refusal } from './stripe-simulator-refusal.ts'
import { liveCustomer } from './stripe-simulator-found.ts'

/** Subscriptions from their first invoice on. */

const DAY = 86_400

type Recurring = Price & { recurring: NonNullable<Price['recurring']> }

export function recurringPrice(memory: Memory, id: string, param: string): Recurring {
  const price = memory.prices.get(id)
  if (!price) throw missing('price', id, param)
  if (!price.active) throw invalid('The price specified is inactive. This field only accepts active prices.', { param })
  const { recurring } = price
  if (!recurring)
    throw invalid(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      {
        param,
      },
    )
  return { ...price, recurring }
}

export const recurringOf = (item: SubscriptionItem): Recurring['recurring'] => {
  if (!item.price.recurring) throw new Error(`${item.id} has no period`)
  return item.price.recurring
}

export const withItems = (subscription: Subscription, data: SubscriptionItem[]): Subscription => ({
  ...subscription,
  items: { ...subscription.items, data },
})

/** The same subscription in a period that begins at `start`. */
export const inPeriod = (subscription: Subscription, start: number, anchor: number, end?: number): Subscription =>
  withItems(
    { ...subscription, billing_cycle_anchor: anchor },
    subscription.items.data.map((item) => ({
      ...item,
      current_period_start: start,
      current_period_end: end ?? periodEnd(anchor, recurringOf(item), start),
    })),
  )

type Fields = Pick<
  BillingParamsOf<'subscriptionUpdate'>,
  | 'cancel_at_period_end'
  | 'collection_method'
  | 'days_until_due'
  | 'default_payment_method'
  | 'description'
  | 'metadata'
  | 'payment_settings'
>

/** The plain fields that a caller gave, and no others. */
export function givenFields(memory: Memory, subscription: Subscription, input: Fields): Partial<Subscription> {
  const { default_payment_method: method, cancel_at_period_end: cancels, payment_settings: settings } = input
  if (method && memory.methods.get(method)?.customer !== subscription.customer)
    throw invalid(`The customer does not have a payment method with the ID ${method}.`, {
      param: 'default_payment_method',
    })
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end))
  const none = { payment_method_options: null, payment_method_types: null }
  return {
    ...(cancels === undefined
      ? {}
      : {
          cancel_at_period_end: cancels,
          cancel_at: cancels ? end : null,
          canceled_at: cancels ? memory.now() : null,
        }),
    ...(input.collection_method ? { collection_method: input.collection_method } : {}),
    ...(input.days_until_due === undefined ? {} : { days_until_due: input.days_until_due }),
    ...(method === undefined ? {} : { default_payment_method: method || null }),
    ...(input.description === undefined ? {} : { description: input.description || null }),
    ...(input.metadata ? { metadata: { ...subscription.metadata, ...input.metadata } } : {}),
    ...(settings
      ? { payment_settings: { ...none, save_default_payment_method: settings.save_default_payment_method ?? 'off' } }
      : {}),
  }
}

/** When the trial ends that was asked for, if one was. */
function trialEnd(memory: Memory, input: BillingParamsOf<'subscriptionCreate'>): number | undefined {
  if (typeof input.trial_end === 'number') {
    if (input.trial_end <= memory.now())
      throw invalid('Invalid timestamp: must be in the future.', { param: 'trial_end' })
    return input.trial_end
  }
  return input.trial_period_days ? memory.now() + input.trial_period_days * DAY : undefined
}

function newItems(
  memory: Memory,
  subscription: Subscription,
  input: BillingParamsOf<'subscriptionCreate'>,
  end: number | undefined,
): SubscriptionItem[] {
  const now = memory.now()
  const prices = input.items.map((item, index) => recurringPrice(memory, item.price, `items[${index}][price]`))
  const [first] = prices
  const same = (price: Recurring): boolean =>
    price.currency === first?.currency &&
    price.recurring.interval === first.recurring.interval &&
    price.recurring.interval_count === first.recurring.interval_count
  if (!prices.every(same)) throw invalid('All prices on a subscription must have the same currency and interval.')
  return prices.map((price, index) =>
    newSubscriptionItem(memory, {
      subscription: subscription.id,
      price,
      quantity: input.items[index]?.quantity ?? 1,
      start: now,
      end: end ?? periodEnd(now, price.recurring, now),
    }),
  )
}

/** Drafts, finalises and, unless told otherwise, collects the invoice for the period a subscription is in. */
export function invoicePeriod(
  memory: Memory,
  subscription: Subscription,
  reason: Invoice['billing_reason'],
  options: { collect: boolean; extraOnly?: boolean },
): Invoice {
  const customer = liveCustomer(memory, subscription.customer)
  const free = subscription.status === 'trialing'
  const lines = options.extraOnly ? [] : subscription.items.data.map((item) => periodLine(memory, item, free))
  const { currency } = subscription
  const items = pendingItems(memory, customer.id, currency)
  const open = finalizeInvoice(memory, draftInvoice(memory, { customer, currency, lines, items, subscription, reason }))
  const charges = open.status === 'open' && open.collection_method === 'charge_automatically'
  return options.collect && charges ? collect(memory, open) : open
}

function begin(memory: Memory, customer: Customer, input: BillingParamsOf<'subscriptionCreate'>): Subscription {
  const currency = memory.prices.get(input.items[0]?.price ?? '')?.currency ?? 'eur'
  const blank = newSubscription(memory, customer, currency)
  const trial = trialEnd(memory, input)
  const filled = withItems(blank, newItems(memory, blank, input, trial))
  const sends = input.collection_method === 'send_invoice'
  if (sends && input.days_until_due === undefined)
    throw invalid('You must set `days_until_due` when `collection_method` is `send_invoice`.', {
      param: 'days_until_due',
    })
  const tried = trial === undefined ? {} : { trial_start: memory.now(), trial_end: trial, billing_cycle_anchor: trial }
  const status = trial !== undefined ? 'trialing' : sends ? 'active' : 'incomplete'
  return { ...filled, ...givenFields(memory, filled, input), ...tried, status }
}

/** Throws a 402 when the first payment fails and an incomplete subscription is not wanted; it is cancelled then. */
export function createSubscription(memory: Memory, input: BillingParamsOf<'subscriptionCreate'>): Subscription {
  if (input.items.length === 0)
    throw invalid('Missing required param: items.', { code: 'parameter_missing', param: 'items' })
  const customer = liveCustomer(memory, input.customer, 'customer')
  const subscription = begin(memory, customer, input)
  memory.subscriptions.set(subscription.id, subscription)
  memory.emit('customer.subscription.created', subscription)
  const waits = input.payment_behavior === 'default_incomplete'
  const invoice = invoicePeriod(memory, subscription, 'subscription_create', { collect: !waits })
  const created = memory.subscriptions.get(subscription.id) ?? subscription
  if (invoice.status === 'open' && !waits && input.payment_behavior === 'error_if_incomplete') {
    endSubscription(memory, created, { reason: 'payment_failed' })
    throw new Refusal(402, { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' })
  }
  if (invoice.status !== 'paid' || created.status !== 'incomplete') return created
  return changeSubscription(memory, created, { status: 'active' })
}

/** Ends a subscription now; what is left of the period becomes an item that waits, or is invoiced. */
export function cancelSubscription(
  memory: Memory,
  subscription: Subscription,
  input: BillingParamsOf<'subscriptionCancel'>,
  creditUnused: () => void,
): Subscription {
  if (['canceled', 'incomplete_expired'].includes(subscription.status)) throw missing('subscription', subscription.id)
  if (input.prorate) creditUnused()
  if (input.invoice_now && pendingItems(memory, subscription.customer, subscription.currency).length > 0)
    invoicePeriod(memory, subscription, 'subscription_update', { collect: true, extraOnly: true })
  const { comment = null, feedback = null } = input.cancellation_details ?? {}
  const current = memory.subscriptions.get(subscription.id) ?? subscription
  return endSubscription(memory, current, { comment, feedback, reason: 'cancellation_requested' })
}
