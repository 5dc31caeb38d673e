import type { Stripe } from 'stripe'
import { z } from 'zod'
import type {
  GatewayInvoice,
  GatewayItem,
  GatewaySubscription,
  GatewaySubscriptions,
} from '#modules/billing/gateway-subscriptions.ts'
import { ask, statusOf } from './stripe-errors.ts'
import { fromStripeAmount } from './stripe-money.ts'
import { Page, PAGE_SIZE } from './stripe-pages.ts'

/** Subscriptions that Stripe bills by itself, as we adopt them. */

const moment = z.int().transform((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000))
const currency = z.string().toUpperCase()

const Item = z.object({
  id: z.string(),
  quantity: z.int().nullish(),
  current_period_start: moment,
  current_period_end: moment,
  tax_rates: z.array(z.unknown()).nullish(),
  discounts: z.array(z.unknown()).nullish(),
  price: z.object({
    unit_amount: z.int().nullish(),
    currency,
    billing_scheme: z.string(),
    tax_behavior: z.string().nullish(),
    recurring: z
      .object({
        interval: z.enum(['day', 'week', 'month', 'year']),
        interval_count: z.int(),
        usage_type: z.string(),
      })
      .nullish(),
  }),
})

const Customer = z.union([
  z.string().transform((id) => ({ id, method: undefined })),
  z
    .object({
      id: z.string(),
      invoice_settings: z.object({ default_payment_method: z.string().nullish() }).nullish(),
    })
    .transform(({ id, invoice_settings }) => ({ id, method: invoice_settings?.default_payment_method ?? undefined })),
])

const Subscription = z.object({
  id: z.string(),
  livemode: z.boolean(),
  status: z.string(),
  customer: Customer,
  cancel_at_period_end: z.boolean(),
  cancel_at: moment.nullish(),
  ended_at: moment.nullish(),
  billing_cycle_anchor: moment,
  collection_method: z.string(),
  default_payment_method: z.string().nullish(),
  default_tax_rates: z.array(z.unknown()).nullish(),
  automatic_tax: z.object({ enabled: z.boolean() }),
  discounts: z.array(z.unknown()).nullish(),
  pause_collection: z.unknown(),
  schedule: z.unknown(),
  pending_update: z.unknown(),
  items: z.object({ data: z.array(Item).min(1) }),
})
type Subscription = z.output<typeof Subscription>

const ENDED = new Set(['canceled', 'incomplete_expired'])

/** Stripe adds tax on top of a price that says so, and of one that says nothing when a rate is set on the subscription itself. */
function presentItem(item: z.output<typeof Item>, subscription: Subscription): GatewayItem {
  const { price } = item
  const taxed =
    subscription.automatic_tax.enabled ||
    [...(item.tax_rates ?? []), ...(subscription.default_tax_rates ?? [])].length > 0
  const plain = price.billing_scheme === 'per_unit' && price.recurring?.usage_type === 'licensed'
  return {
    gatewayItemId: item.id,
    quantity: item.quantity ?? 1,
    unitMinor:
      plain && price.unit_amount !== null && price.unit_amount !== undefined
        ? fromStripeAmount(price.unit_amount, price.currency)
        : undefined,
    currency: price.currency,
    intervalUnit: price.recurring?.interval ?? 'month',
    intervalCount: price.recurring?.interval_count ?? 1,
    taxOnTop: taxed && price.tax_behavior !== 'inclusive',
  }
}

function presentSubscription(subscription: Subscription): GatewaySubscription {
  const items = subscription.items.data
  const [first] = items as [z.output<typeof Item>]
  const ended = ENDED.has(subscription.status)
  const endsAt = subscription.cancel_at ?? undefined
  const isAtEnd = endsAt !== undefined && Temporal.Instant.compare(endsAt, first.current_period_end) <= 0
  return {
    gatewaySubscriptionId: subscription.id,
    gatewayCustomerId: subscription.customer.id,
    livemode: subscription.livemode,
    status: subscription.status,
    ended,
    // An end that was set for later lets it renew until then.
    renews: !ended && !subscription.cancel_at_period_end && !isAtEnd,
    endsAt:
      subscription.ended_at ??
      subscription.cancel_at ??
      (subscription.cancel_at_period_end ? first.current_period_end : undefined),
    periodStart: first.current_period_start,
    periodEnd: first.current_period_end,
    anchor: subscription.billing_cycle_anchor,
    items: items.map((item) => presentItem(item, subscription)),
    gatewayMethodId: subscription.default_payment_method ?? subscription.customer.method,
    charges: subscription.collection_method === 'charge_automatically',
    onHold: Boolean(subscription.pause_collection),
    discounted:
      (subscription.discounts ?? []).length > 0 || items.some(({ discounts }) => (discounts ?? []).length > 0),
    scheduled: Boolean(subscription.schedule) || Boolean(subscription.pending_update),
  }
}

const Line = z.object({ period: z.object({ start: moment, end: moment }) })

const Invoice = z.object({
  id: z.string(),
  number: z.string().nullish(),
  status: z.string().nullish(),
  total: z.int(),
  amount_paid: z.int(),
  currency,
  created: moment,
  hosted_invoice_url: z.string().nullish(),
  status_transitions: z.object({ paid_at: moment.nullish() }),
  lines: z.object({ data: z.array(Line) }),
  period_start: moment,
  period_end: moment,
})

/** The latest period that a line names is the one it is for: what is prorated names days before. */
function presentInvoice(invoice: z.output<typeof Invoice>): GatewayInvoice {
  const periods = invoice.lines.data.map(({ period }) => period)
  const latest = periods.toSorted((a, b) => Temporal.Instant.compare(b.end, a.end))[0]
  return {
    gatewayInvoiceId: invoice.id,
    number: invoice.number ?? undefined,
    status: invoice.status ?? 'draft',
    totalMinor: fromStripeAmount(invoice.total, invoice.currency),
    paidMinor: fromStripeAmount(invoice.amount_paid, invoice.currency),
    currency: invoice.currency,
    periodStart: latest?.start ?? invoice.period_start,
    periodEnd: latest?.end ?? invoice.period_end,
    url: invoice.hosted_invoice_url ?? undefined,
    paidAt: invoice.status_transitions.paid_at ?? undefined,
    createdAt: invoice.created,
  }
}

export function subscriptions(stripe: Stripe): GatewaySubscriptions {
  const expand = ['customer']
  const getSubscription = async (id: string): Promise<GatewaySubscription | undefined> => {
    const found = await ask(Subscription.nullable(), () =>
      stripe.subscriptions.retrieve(id, { expand }).catch((error: unknown) => {
        if (statusOf(error) === 404) return null
        throw error
      }),
    )
    return found ? presentSubscription(found) : undefined
  }
  return {
    getSubscription,

    async endSubscription({ key, gatewaySubscriptionId: id, when }) {
      const before = await getSubscription(id)
      if (before?.ended) return before
      const options = { idempotencyKey: key }
      return presentSubscription(
        await ask(Subscription, () =>
          when === 'now'
            ? stripe.subscriptions.cancel(id, { prorate: false, invoice_now: false, expand })
            : stripe.subscriptions.update(
                id,
                { cancel_at_period_end: when === 'period_end', proration_behavior: 'none', expand },
                options,
              ),
        ),
      )
    },

    async listSubscriptionInvoices(id) {
      const page = await ask(Page(Invoice), () => stripe.invoices.list({ subscription: id, limit: PAGE_SIZE }))
      return page.data.map(presentInvoice)
    },
  }
}
