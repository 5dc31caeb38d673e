import { periodLine } from './stripe-simulator-billing-lines.ts'
import { changeSubscription, collect, endSubscription } from './stripe-simulator-collection.ts'
import {
  closeInvoice,
  draftInvoice,
  finalizeInvoice,
  finalizesAt,
  pendingItems,
  saveInvoice,
  subscriptionOf,
} from './stripe-simulator-invoices.ts'
import type { Invoice, Memory, Subscription } from './stripe-simulator-memory.ts'
import { liveCustomer } from './stripe-simulator-found.ts'
import { inPeriod } from './stripe-simulator-subscriptions.ts'

/** What time does to subscriptions and their invoices, in the order of time. */

const INCOMPLETE_SECONDS = 23 * 3_600

type Due = { at: number; run(): void }

const endOfPeriod = (subscription: Subscription): number =>
  Math.min(...subscription.items.data.map((item) => item.current_period_end))

/** A new period begins, and its invoice is drafted; an hour later it is final. */
function renew(memory: Memory, subscription: Subscription): void {
  const start = endOfPeriod(subscription)
  const trial = subscription.status === 'trialing'
  const next = inPeriod(subscription, start, trial ? start : subscription.billing_cycle_anchor)
  const renewed = changeSubscription(memory, subscription, {
    items: next.items,
    ...(trial ? { status: 'active' as const, billing_cycle_anchor: start } : {}),
  })
  const customer = liveCustomer(memory, renewed.customer)
  const keep = renewed.pause_collection?.behavior === 'keep_as_draft'
  const advance = keep ? { auto_advance: false } : { automatically_finalizes_at: finalizesAt(memory) }
  draftInvoice(memory, {
    customer,
    currency: renewed.currency,
    lines: renewed.items.data.map((item) => periodLine(memory, item)),
    items: pendingItems(memory, customer.id, renewed.currency),
    subscription: renewed,
    reason: 'subscription_cycle',
    change: advance,
  })
}

function finalizeDraft(memory: Memory, draft: Invoice): void {
  const open = finalizeInvoice(memory, draft)
  const behavior = subscriptionOf(memory, open)?.pause_collection?.behavior
  if (open.status !== 'open') return
  if (behavior === 'void') closeInvoice(memory, open, 'void')
  else if (behavior === 'mark_uncollectible') closeInvoice(memory, open, 'uncollectible')
  else if (open.collection_method === 'charge_automatically') collect(memory, open)
}

/** Nobody paid the first invoice in time. */
function expire(memory: Memory, subscription: Subscription): void {
  for (const invoice of memory.invoices.values())
    if (subscriptionOf(memory, invoice)?.id === subscription.id && invoice.status === 'open')
      closeInvoice(memory, invoice, 'void')
  changeSubscription(memory, subscription, { status: 'incomplete_expired', ended_at: memory.now() })
}

function dueOf(memory: Memory, subscription: Subscription): Due[] {
  const { status } = subscription
  if (status === 'incomplete')
    return [
      {
        at: subscription.created + INCOMPLETE_SECONDS,
        run: () => {
          expire(memory, subscription)
        },
      },
    ]
  if (!['active', 'past_due', 'trialing'].includes(status)) return []
  const resumes = subscription.pause_collection?.resumes_at
  const resume = {
    at: resumes ?? 0,
    run: () => {
      changeSubscription(memory, subscription, { pause_collection: null })
    },
  }
  const ends = subscription.cancel_at_period_end
  const period = {
    at: endOfPeriod(subscription),
    run: () => {
      if (ends) endSubscription(memory, subscription, { reason: 'cancellation_requested' })
      else renew(memory, subscription)
    },
  }
  return resumes ? [resume, period] : [period]
}

function dueOfInvoice(memory: Memory, invoice: Invoice): Due[] {
  if (invoice.status === 'draft' && invoice.auto_advance && invoice.automatically_finalizes_at)
    return [
      {
        at: invoice.automatically_finalizes_at,
        run: () => {
          finalizeDraft(memory, invoice)
        },
      },
    ]
  if (invoice.status === 'open' && invoice.next_payment_attempt)
    return [
      {
        at: invoice.next_payment_attempt,
        run: () => {
          collect(memory, saveInvoice(memory, invoice, { next_payment_attempt: null }))
        },
      },
    ]
  return []
}

/** Nothing more happens to what a deleted customer left behind. */
function isLive(memory: Memory, customerId: string | null): boolean {
  const customer = memory.customers.get(customerId ?? '')
  return customer !== undefined && !('deleted' in customer)
}

/** Does everything that is due until then for what lives by this clock, or by the wall's when it is null; Unix seconds. */
export function bill(memory: Memory, clockId: string | null, until: number, passing: (now: number) => void): void {
  for (;;) {
    const own = <T extends { test_clock: unknown; customer: string | null }>(all: T[]): T[] =>
      all.filter((each) => each.test_clock === clockId && isLive(memory, each.customer))
    const due = [
      ...own(memory.subscriptions.values()).flatMap((each) => dueOf(memory, each)),
      ...own(memory.invoices.values()).flatMap((each) => dueOfInvoice(memory, each)),
    ].filter(({ at }) => at <= until)
    const [first] = due.toSorted((a, b) => a.at - b.at)
    if (!first) return
    passing(first.at)
    memory.at(first.at, () => {
      first.run()
    })
  }
}
