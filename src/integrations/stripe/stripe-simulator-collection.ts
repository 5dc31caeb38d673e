import { markPaid, saveInvoice, subscriptionOf } from './stripe-simulator-invoices.ts'
import type {
  Invoice,
  InvoicePayment,
  Memory,
  PaymentIntent,
  StripeEvent,
  Subscription,
} from './stripe-simulator-memory.ts'
import { takeMethod } from './stripe-simulator-methods.ts'
import { attemptPayment } from './stripe-simulator-payments.ts'
import { invalid, isRefusal } from './stripe-simulator-refusal.ts'

/** Collecting what an invoice says, now and again, and what comes of it for its subscription. */

const DAY = 86_400
/** Days between one failed attempt and the next; after the last the subscription is cancelled. */
const RETRY_DAYS = [3, 5, 7]

export function changeSubscription(
  memory: Memory,
  subscription: Subscription,
  change: Partial<Subscription>,
): Subscription {
  const saved = { ...subscription, ...change }
  memory.subscriptions.set(saved.id, saved)
  const before = Object.keys(change) as (keyof Subscription)[]
  memory.emit(
    'customer.subscription.updated',
    saved,
    Object.fromEntries(before.map((key) => [key, subscription[key] ?? null])),
  )
  return saved
}

/** Ends a subscription for good. */
export function endSubscription(
  memory: Memory,
  subscription: Subscription,
  why: Partial<NonNullable<Subscription['cancellation_details']>>,
): Subscription {
  const now = memory.now()
  const none = { comment: null, feedback: null, feedback_option: null, reason: null }
  const ended: Subscription = {
    ...subscription,
    status: 'canceled',
    canceled_at: subscription.canceled_at ?? now,
    ended_at: now,
    cancellation_details: { ...none, ...subscription.cancellation_details, ...why },
  }
  memory.subscriptions.set(ended.id, ended)
  for (const invoice of memory.invoices.values())
    if (subscriptionOf(memory, invoice)?.id === ended.id && ['draft', 'open'].includes(invoice.status ?? ''))
      saveInvoice(memory, invoice, { auto_advance: false, next_payment_attempt: null })
  memory.emit('customer.subscription.deleted', ended)
  return ended
}

const paymentOf = (memory: Memory, invoice: Invoice): InvoicePayment | undefined =>
  memory.invoicePayments.values().findLast((each) => each.invoice === invoice.id && each.status === 'open')

/** Which method an invoice is charged to when none is named. */
function methodFor(memory: Memory, invoice: Invoice): string | undefined {
  const customer = memory.customers.get(invoice.customer ?? '')
  const usual = customer && !('deleted' in customer) ? customer.invoice_settings.default_payment_method : null
  const subscription = subscriptionOf(memory, invoice)
  const chosen = invoice.default_payment_method ?? subscription?.default_payment_method ?? usual
  return typeof chosen === 'string' ? chosen : undefined
}

/** An attempt came to nothing: tried again later, until there is no more use in it. */
function noteFailure(memory: Memory, invoice: Invoice): void {
  const attempts = invoice.attempt_count + 1
  const days = invoice.auto_advance ? RETRY_DAYS[attempts - 1] : undefined
  const first = invoice.billing_reason === 'subscription_create'
  const failed = saveInvoice(memory, invoice, {
    attempted: true,
    attempt_count: attempts,
    next_payment_attempt: days === undefined || first ? null : memory.now() + days * DAY,
  })
  memory.emit('invoice.payment_failed', failed)
  const subscription = subscriptionOf(memory, failed)
  if (!subscription || first) return
  if (days === undefined && invoice.auto_advance) endSubscription(memory, subscription, { reason: 'payment_failed' })
  else if (subscription.status === 'active' || subscription.status === 'trialing')
    changeSubscription(memory, subscription, { status: 'past_due' })
}

/** The invoice is paid, and what waited for it goes on. */
function noteSuccess(
  memory: Memory,
  invoice: Invoice,
  payment: InvoicePayment | undefined,
  intent?: PaymentIntent,
): void {
  if (payment) {
    const at = { ...payment.status_transitions, paid_at: memory.now() }
    const paid = { ...payment, amount_paid: invoice.amount_due, status: 'paid', status_transitions: at }
    memory.invoicePayments.set(payment.id, paid)
    memory.emit('invoice_payment.paid', paid)
  }
  markPaid(memory, saveInvoice(memory, invoice, { attempt_count: invoice.attempt_count + (intent ? 1 : 0) }))
  reactivate(memory, invoice, intent)
}

/** A subscription that waited for money has it. */
function reactivate(memory: Memory, invoice: Invoice, intent?: PaymentIntent): void {
  const subscription = subscriptionOf(memory, invoice)
  if (!subscription) return
  const keep = intent && subscription.payment_settings?.save_default_payment_method === 'on_subscription'
  const method = keep ? { default_payment_method: intent.payment_method } : {}
  const waits = ['incomplete', 'past_due', 'unpaid'].includes(subscription.status)
  if (waits) changeSubscription(memory, subscription, { status: 'active', ...method })
  else if (keep && subscription.default_payment_method !== intent.payment_method)
    changeSubscription(memory, subscription, method)
}

/** What a payment intent tells about the invoice it was made for, whoever paid it. */
export function followPayment(memory: Memory, event: StripeEvent): void {
  if (event.type !== 'payment_intent.succeeded' && event.type !== 'payment_intent.payment_failed') return
  const intent = memory.intents.get(String(event.data.object['id']))
  const payment = memory.invoicePayments
    .values()
    .find((each) => each.status === 'open' && each.payment.payment_intent === intent?.id)
  const invoice = memory.invoices.get(payment?.invoice ?? '')
  if (!intent || invoice?.status !== 'open') return
  const clock = memory.clocks.get(invoice.test_clock ?? '')
  memory.at(clock?.frozen_time ?? memory.now(), () => {
    if (event.type === 'payment_intent.succeeded') noteSuccess(memory, invoice, payment, intent)
    else noteFailure(memory, invoice)
  })
}

/** Tries to collect an open invoice; answers it as it stands then. What is refused is noted, not thrown. */
export function collect(memory: Memory, invoice: Invoice, methodId = methodFor(memory, invoice)): Invoice {
  const intent = memory.intents.get(paymentOf(memory, invoice)?.payment.payment_intent ?? '')
  if (!intent || intent.status === 'processing') return invoice
  if (methodId === undefined) noteFailure(memory, invoice)
  else
    try {
      attemptPayment(memory, intent, takeMethod(memory, methodId), { offSession: true })
    } catch (error) {
      if (!isRefusal(error)) throw error
      // A refused card was told by the intent, and `followPayment` has noted it; a method that is gone was not.
      if (error.status !== 402) noteFailure(memory, memory.invoices.get(invoice.id) ?? invoice)
    }
  return memory.invoices.get(invoice.id) ?? invoice
}

/** Pays an invoice because the API says so. Throws the 402 of a refused card, and a 400 when there is nothing to pay with. */
export function payInvoice(
  memory: Memory,
  invoice: Invoice,
  input: { payment_method?: string | undefined; paid_out_of_band?: boolean | undefined },
): Invoice {
  if (invoice.status === 'paid') throw invalid('Invoice is already paid', { code: 'invoice_already_paid' })
  if (!['open', 'uncollectible'].includes(invoice.status ?? ''))
    throw invalid(`This invoice is ${invoice.status} and cannot be paid.`)
  const open = saveInvoice(memory, invoice, { status: 'open' })
  const payment = paymentOf(memory, open)
  if (input.paid_out_of_band) {
    noteSuccess(memory, open, undefined)
    return memory.invoices.get(open.id) ?? open
  }
  const methodId = input.payment_method ?? methodFor(memory, open)
  const intent = memory.intents.get(payment?.payment.payment_intent ?? '')
  if (!intent || methodId === undefined)
    throw invalid('There is no default payment method set for this Customer. Please set one, or pass one.', {
      code: 'invoice_payment_method_missing',
    })
  attemptPayment(memory, intent, takeMethod(memory, methodId), { offSession: true })
  return memory.invoices.get(open.id) ?? open
}
