import type { StripeSimulator } from '#integrations/stripe/stripe-simulator.ts'
import { money } from '#integrations/stripe/stripe-simulator-page.ts'
import { isRefusal } from '#integrations/stripe/stripe-simulator-refusal.ts'
import type {
  PaymentPart,
  SimulatedPayment,
  SubscriptionPart,
  WebhookEvent,
  WebhookPart,
  WebhookRules,
} from './parts.ts'

type Delivery = ReturnType<StripeSimulator['webhooks']['deliveries']>[number]

/** The simulated Stripe's webhooks as the console shows and upsets them. */
export function webhooksOf(stripe: Pick<StripeSimulator, 'events' | 'webhooks'>): WebhookPart {
  let rules: WebhookRules = { delayMs: 0, copies: 1, hold: false }

  return {
    events: () => {
      const byEvent = Map.groupBy(stripe.webhooks.deliveries(), ({ eventId }) => eventId)
      return stripe
        .events()
        .toReversed()
        .map((event) => ({
          id: event.id,
          type: event.type,
          createdAt: new Date(event.created * 1_000).toISOString(),
          subject: typeof event.data.object['id'] === 'string' ? event.data.object['id'] : '',
          ...stateOf(byEvent.get(event.id) ?? [], rules.hold),
        }))
    },
    resend: async (eventId, copies) => stripe.webhooks.resend(eventId, copies),
    forge: async (eventId) => stripe.webhooks.send(eventId, { forgery: 'wrong_secret' }),
    rules: () => rules,
    setRules: (next) => {
      rules = next
      stripe.webhooks.misbehave({ copies: next.copies, delayMs: next.delayMs })
      if (next.hold) stripe.webhooks.hold()
    },
    release: async (order) => {
      await stripe.webhooks.release(order)
      rules = { ...rules, hold: false }
    },
    hurry: () => {
      stripe.webhooks.hurry()
    },
  }
}

/** The least finished delivery speaks for the event, since that is the one to look at. */
function stateOf(deliveries: Delivery[], hold: boolean): Pick<WebhookEvent, 'state' | 'attempts' | 'lastStatus'> {
  const pending = deliveries.find(({ state }) => state === 'pending')
  const shown = pending ?? deliveries.find(({ state }) => state === 'failed') ?? deliveries[0]
  if (!shown) return { state: 'not_sent', attempts: 0, lastStatus: undefined }
  const waiting = hold ? 'held' : shown.attempts > 0 ? 'failing' : 'waiting'
  const state = shown.state === 'pending' ? waiting : shown.state === 'failed' ? 'given_up' : 'delivered'
  return { state, attempts: shown.attempts, lastStatus: shown.lastStatus }
}

/** Does something in the simulated Dashboard; answers Stripe's words when it is refused there. */
function tried(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    if (isRefusal(error)) return error.message
    throw error
  }
  return undefined
}

/** The simulated Stripe's Dashboard as the console shows it. */
export function paymentsOf({ dashboard }: Pick<StripeSimulator, 'dashboard'>): PaymentPart {
  const present = (payment: ReturnType<typeof dashboard.payments>[number]): SimulatedPayment => {
    const { currency, amount, refunded } = payment
    const left = payment.status === 'succeeded' ? amount - refunded : 0
    return {
      ...payment,
      amount: money(amount, currency),
      left: left > 0 ? money(left, currency) : '',
      refunds: payment.refunds.map((refund) => ({ ...refund, amount: money(refund.amount, currency) })),
    }
  }
  return {
    payments: () => dashboard.payments().map(present),
    refund: (paymentId, amount) =>
      tried(() => {
        dashboard.refund(paymentId, amount)
      }),
    failRefund: (refundId) =>
      tried(() => {
        dashboard.failRefund(refundId)
      }),
    openDispute: (paymentId, inquiry) => tried(() => dashboard.openDispute(paymentId, inquiry)),
    decideDispute: (disputeId, verdict) =>
      tried(() => {
        dashboard.decideDispute(disputeId, verdict)
      }),
    settleDebits: () => {
      dashboard.settleDebits()
    },
    rules: () => dashboard.settings(),
    setRules: (rules) => {
      dashboard.changeSettings(rules)
    },
  }
}

/** The simulated Stripe's subscriptions and test clocks as the console shows them. */
export function subscriptionsOf({ dashboard }: Pick<StripeSimulator, 'dashboard'>): SubscriptionPart {
  return {
    subscriptions: () =>
      dashboard.subscriptions().map((each) => ({ ...each, amount: money(each.amount, each.currency) })),
    clocks: () => dashboard.clocks(),
    advance: (clockId, days) =>
      tried(() => {
        dashboard.advanceClock(clockId, days)
      }),
  }
}
