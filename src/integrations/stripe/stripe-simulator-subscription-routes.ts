import type { Api } from './stripe-simulator-api.ts'
import { BillingParams, type BillingParamsOf } from './stripe-simulator-billing-params.ts'
import { underClock } from './stripe-simulator-clocks.ts'
import { listPage, wasCreated } from './stripe-simulator-lists.ts'
import type { Memory, Subscription } from './stripe-simulator-memory.ts'
import { Params } from './stripe-simulator-params.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { found, liveCustomer } from './stripe-simulator-found.ts'
import {
  creditUnused,
  pauseSubscription,
  resumeSubscription,
  updateSubscription,
} from './stripe-simulator-subscription-changes.ts'
import { cancelSubscription, createSubscription } from './stripe-simulator-subscriptions.ts'

/** Subscriptions over the API, at the time of the clock their customer lives by. */

const ENDED = new Set(['canceled', 'incomplete_expired'])

function isWanted(each: Subscription, params: BillingParamsOf<'subscriptionList'>): boolean {
  const { status } = params
  // Without a status, what has ended is left out; without a clock or a customer, what lives by clocks is.
  const inStatus =
    status === undefined
      ? !ENDED.has(each.status)
      : status === 'all' || (status === 'ended' ? ENDED.has(each.status) : each.status === status)
  const inClock =
    params.test_clock === undefined
      ? params.customer !== undefined || each.test_clock === null
      : each.test_clock === params.test_clock
  return (
    inStatus &&
    inClock &&
    wasCreated(each.created, params.created) &&
    (params.customer === undefined || each.customer === params.customer) &&
    (params.collection_method === undefined || each.collection_method === params.collection_method) &&
    (params.price === undefined || each.items.data.some((item) => item.price.id === params.price))
  )
}

function requireRoom(memory: Memory, customer: string, clock: unknown): void {
  const live = memory.subscriptions.values().filter((each) => each.customer === customer && each.ended_at === null)
  if (clock && live.length >= 3) throw invalid('A customer of a test clock can have at most 3 subscriptions.')
}

export function subscriptionRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/subscriptions'
  const subscription = (id: string) => found(memory.subscriptions.get(id), 'subscription', id)
  const onClock = <T>(id: string, work: (subscription: Subscription) => T): T =>
    underClock(memory, subscription(id).test_clock, () => work(subscription(id)))

  endpoint('POST', path, BillingParams.subscriptionCreate, (params) => {
    const { id, test_clock: clock } = liveCustomer(memory, params.customer, 'customer')
    requireRoom(memory, id, clock)
    return underClock(memory, clock, () => createSubscription(memory, params))
  })
  endpoint('GET', path, BillingParams.subscriptionList, (params) =>
    listPage(
      memory.subscriptions.values().filter((each) => isWanted(each, params)),
      params,
      path,
    ),
  )
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => subscription(id))
  endpoint('POST', `${path}/:id`, BillingParams.subscriptionUpdate, (params, { id = '' }) =>
    onClock(id, (each) => updateSubscription(memory, each, params)),
  )
  endpoint('DELETE', `${path}/:id`, BillingParams.subscriptionCancel, (params, { id = '' }) =>
    onClock(id, (each) =>
      cancelSubscription(memory, each, params, () => {
        creditUnused(memory, each)
      }),
    ),
  )
  endpoint('POST', `${path}/:id/pause`, BillingParams.subscriptionPause, (_, { id = '' }) =>
    onClock(id, (each) => pauseSubscription(memory, each)),
  )
  endpoint('POST', `${path}/:id/resume`, Params.none, (_, { id = '' }) =>
    onClock(id, (each) => resumeSubscription(memory, each)),
  )

  const items = '/v1/subscription_items'
  endpoint('GET', items, BillingParams.itemList, (params) =>
    listPage(
      found(memory.subscriptions.get(params.subscription), 'subscription', params.subscription, 'subscription').items
        .data,
      params,
      items,
    ),
  )
  endpoint('GET', `${items}/:id`, Params.none, (_, { id = '' }) =>
    found(
      memory.subscriptions
        .values()
        .flatMap((each) => each.items.data)
        .find((item) => item.id === id),
      'subscription_item',
      id,
    ),
  )
}
