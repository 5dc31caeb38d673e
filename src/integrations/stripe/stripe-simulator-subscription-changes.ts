import { newInvoiceItem } from './stripe-simulator-billing-lines.ts'
import { newSubscriptionItem } from './stripe-simulator-billing-objects.ts'
import type { BillingParamsOf } from './stripe-simulator-billing-params.ts'
import { changeSubscription } from './stripe-simulator-collection.ts'
import type { Memory, Price, Subscription, SubscriptionItem } from './stripe-simulator-memory.ts'
import { invalid, missing } from './stripe-simulator-refusal.ts'
import { liveCustomer } from './stripe-simulator-found.ts'
import {
  givenFields,
  inPeriod,
  invoicePeriod,
  recurringOf,
  recurringPrice,
  withItems,
} from './stripe-simulator-subscriptions.ts'

/** Changing a running subscription: other prices and quantities, prorated by the second; pauses. */

type Update = BillingParamsOf<'subscriptionUpdate'>

const priceOf = (item: SubscriptionItem): number => (item.price.unit_amount ?? 0) * (item.quantity ?? 1)

/** Puts what is left of an item's period on the next invoice: as a credit (`-1`), or as a charge. */
function prorate(memory: Memory, item: SubscriptionItem, sign: 1 | -1): void {
  const subscription = memory.subscriptions.get(item.subscription)
  const now = memory.now()
  const { current_period_start: start, current_period_end: end, price } = item
  const amount = Math.round((priceOf(item) * (end - now)) / (end - start)) * sign
  if (!subscription || subscription.status === 'trialing' || amount === 0) return
  const made = newInvoiceItem(memory, {
    customer: liveCustomer(memory, subscription.customer),
    amount,
    currency: price.currency,
    description: `${sign < 0 ? 'Unused' : 'Remaining'} time on ${price.nickname ?? price.id}`,
    price,
    quantity: item.quantity,
    subscription: subscription.id,
    period: { start: now, end },
  })
  memory.invoiceItems.set(made.id, made)
  memory.emit('invoiceitem.created', made)
}

export function creditUnused(memory: Memory, subscription: Subscription): void {
  for (const item of subscription.items.data) prorate(memory, item, -1)
}

type ItemChange = { before: SubscriptionItem | undefined; after: SubscriptionItem | undefined }

function changeItem(
  memory: Memory,
  subscription: Subscription,
  input: NonNullable<Update['items']>[number],
): ItemChange {
  const before = subscription.items.data.find((item) => item.id === input.id)
  if (input.id !== undefined && !before) throw missing('subscription_item', input.id, 'items[0][id]')
  if (before && input.deleted) return { before, after: undefined }
  const price: Price | undefined = input.price ? recurringPrice(memory, input.price, 'items[0][price]') : before?.price
  if (!price)
    throw invalid('Missing required param: items[0][price].', { code: 'parameter_missing', param: 'items[0][price]' })
  if (price.currency !== subscription.currency) throw invalid('The currency of a subscription cannot change.')
  const [first] = subscription.items.data
  const made = newSubscriptionItem(memory, {
    subscription: subscription.id,
    price,
    quantity: input.quantity ?? before?.quantity ?? 1,
    start: first?.current_period_start ?? memory.now(),
    end: first?.current_period_end ?? memory.now(),
  })
  return { before, after: before ? { ...made, id: before.id, created: before.created } : made }
}

const sameLength = (a: SubscriptionItem, b: SubscriptionItem): boolean =>
  recurringOf(a).interval === recurringOf(b).interval && recurringOf(a).interval_count === recurringOf(b).interval_count

/** Other items from now on. A price of another length begins a new period now, which is invoiced at once. */
function changeItems(
  memory: Memory,
  subscription: Subscription,
  input: Update,
): { changed: Subscription; restarts: boolean } {
  const changes = (input.items ?? []).map((item) => changeItem(memory, subscription, item))
  const touched = new Set(changes.map(({ before }) => before?.id))
  const kept = subscription.items.data.filter((item) => !touched.has(item.id))
  const data = [...kept, ...changes.flatMap(({ after }) => after ?? [])]
  const [first] = data
  if (!first) throw invalid('A subscription must have at least one active item.')
  if (!data.every((item) => sameLength(item, first)))
    throw invalid('All prices on a subscription must have the same currency and interval.')
  const restarts = changes.some(({ before, after }) => before && after && !sameLength(before, after))
  const prorates = input.proration_behavior !== 'none'
  for (const { before, after } of prorates ? changes : []) {
    if (before) prorate(memory, before, -1)
    if (after && !restarts) prorate(memory, after, 1)
  }
  const changed = withItems(subscription, data)
  return { changed: restarts ? inPeriod(changed, memory.now(), memory.now()) : changed, restarts }
}

function pauseOf(input: Update): Pick<Subscription, 'pause_collection'> | object {
  const pause = input.pause_collection
  if (pause === undefined) return {}
  return { pause_collection: pause === '' ? null : { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null } }
}

function trialOf(memory: Memory, subscription: Subscription, input: Update): Subscription {
  if (input.trial_end === undefined) return subscription
  const now = memory.now()
  if (typeof input.trial_end === 'number') {
    if (input.trial_end <= now) throw invalid('Invalid timestamp: must be in the future.', { param: 'trial_end' })
    const tried = { ...subscription, status: 'trialing' as const, trial_start: now, trial_end: input.trial_end }
    return inPeriod(tried, now, input.trial_end, input.trial_end)
  }
  return subscription.status === 'trialing'
    ? { ...inPeriod(subscription, now, now), status: 'active', trial_end: now }
    : subscription
}

export function updateSubscription(memory: Memory, subscription: Subscription, input: Update): Subscription {
  if (['canceled', 'incomplete_expired'].includes(subscription.status))
    throw invalid('A canceled subscription can only update its cancellation_details and metadata.')
  const { changed: items, restarts } = input.items
    ? changeItems(memory, subscription, input)
    : { changed: subscription, restarts: false }
  const next = trialOf(memory, items, input)
  const restarted = restarts || (subscription.status === 'trialing' && next.status === 'active')
  const changed = changeSubscription(memory, subscription, {
    ...(input.items ? { items: next.items } : {}),
    ...(input.trial_end === undefined
      ? {}
      : { items: next.items, status: next.status, trial_start: next.trial_start, trial_end: next.trial_end }),
    ...(restarted || input.trial_end !== undefined ? { billing_cycle_anchor: next.billing_cycle_anchor } : {}),
    ...givenFields(memory, next, input),
    ...pauseOf(input),
  })
  const now = input.proration_behavior === 'always_invoice'
  if (restarted || (now && input.items)) {
    const collects = input.payment_behavior !== 'default_incomplete'
    invoicePeriod(memory, changed, 'subscription_update', { collect: collects, extraOnly: !restarted })
  }
  return memory.subscriptions.get(subscription.id) ?? changed
}

export function pauseSubscription(memory: Memory, subscription: Subscription): Subscription {
  if (!['active', 'past_due', 'trialing'].includes(subscription.status))
    throw invalid(`A subscription with a status of ${subscription.status} cannot be paused.`)
  const why = {
    subscription: { type: 'pause_requested' as const },
    transitioned_at: memory.now(),
    type: 'subscription' as const,
  }
  const paused = changeSubscription(memory, subscription, { status: 'paused', status_details: { paused: why } })
  memory.emit('customer.subscription.paused', paused)
  return paused
}

/** Begins a new period now, and collects it. */
export function resumeSubscription(memory: Memory, subscription: Subscription): Subscription {
  if (subscription.status !== 'paused') throw invalid('Only a paused subscription can be resumed.')
  const { status_details: _, ...rest } = inPeriod(subscription, memory.now(), memory.now())
  memory.subscriptions.set(rest.id, rest)
  const resumed = changeSubscription(memory, rest, { status: 'active' })
  memory.emit('customer.subscription.resumed', resumed)
  invoicePeriod(memory, resumed, 'subscription_cycle', { collect: true })
  return memory.subscriptions.get(resumed.id) ?? resumed
}
