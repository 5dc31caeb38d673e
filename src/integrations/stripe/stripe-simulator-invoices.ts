import { itemLine } from './stripe-simulator-billing-lines.ts'
import { newInvoice } from './stripe-simulator-billing-objects.ts'
import type { Customer, Invoice, InvoiceItem, InvoiceLine, Memory, Subscription } from './stripe-simulator-memory.ts'
import { newPaymentIntent } from './stripe-simulator-objects.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { liveCustomer } from './stripe-simulator-found.ts'

/** The life of an invoice up to its payment: drafted, finalised, voided, given up. */

const HOUR = 3_600
const DAY = 86_400

export function saveInvoice(memory: Memory, invoice: Invoice, change: Partial<Invoice> = {}): Invoice {
  const saved = { ...invoice, ...change }
  memory.invoices.set(saved.id, saved)
  return saved
}

/** The subscription an invoice is for. */
export const subscriptionOf = (memory: Memory, invoice: Invoice): Subscription | undefined =>
  memory.subscriptions.get((invoice.parent?.subscription_details?.subscription as string | undefined) ?? '')

/** What waits to be put on a customer's next invoice. */
export const pendingItems = (memory: Memory, customer: string, currency: string): InvoiceItem[] =>
  memory.invoiceItems
    .values()
    .filter((item) => item.customer === customer && item.currency === currency && item.invoice === null)

/** Adds lines to a draft and sums it up anew. */
export function addLines(memory: Memory, invoice: Invoice, lines: InvoiceLine[]): Invoice {
  const data = [...invoice.lines.data, ...lines.map((line) => ({ ...line, invoice: invoice.id }))]
  const total = data.reduce((sum, line) => sum + line.amount, 0)
  const due = Math.max(0, total)
  return saveInvoice(memory, invoice, {
    lines: { ...invoice.lines, data },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
    amount_due: due,
    amount_remaining: due,
  })
}

export type Drafting = {
  customer: Customer
  currency: string
  lines: InvoiceLine[]
  items: InvoiceItem[]
  subscription?: Subscription
  reason?: Invoice['billing_reason']
  change?: Partial<Invoice>
}

export function draftInvoice(memory: Memory, draft: Drafting): Invoice {
  const { subscription } = draft
  const parent: Invoice['parent'] = subscription
    ? {
        quote_details: null,
        subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
        type: 'subscription_details',
      }
    : null
  const made: Invoice = {
    ...newInvoice(memory, draft.customer, draft.currency),
    parent,
    billing_reason: draft.reason ?? 'manual',
    ...(subscription
      ? { collection_method: subscription.collection_method, default_payment_method: null, auto_advance: true }
      : {}),
    ...draft.change,
  }
  const lines = [...draft.lines, ...draft.items.map((item) => itemLine(memory, item))]
  const invoice = addLines(memory, made, lines)
  for (const item of draft.items) memory.invoiceItems.set(item.id, { ...item, invoice: invoice.id })
  if (subscription) memory.subscriptions.set(subscription.id, { ...subscription, latest_invoice: invoice.id })
  memory.emit('invoice.created', invoice)
  return invoice
}

/** When a draft is finalised by itself. */
export const finalizesAt = (memory: Memory): number => memory.now() + HOUR

/** The money a customer has with the seller lessens what is due; what is left over stays with the seller. */
function applyBalance(memory: Memory, customer: Customer, total: number): Partial<Invoice> {
  const sum = total + customer.balance
  const ending = Math.min(0, sum)
  const due = Math.max(0, sum)
  if (ending !== customer.balance) memory.customers.set(customer.id, { ...customer, balance: ending })
  return { starting_balance: customer.balance, ending_balance: ending, amount_due: due, amount_remaining: due }
}

function takeNumber(memory: Memory, id: string): { number: string; customer: Customer } {
  const customer = liveCustomer(memory, id)
  const next = customer.next_invoice_sequence ?? 1
  const updated = { ...customer, next_invoice_sequence: next + 1 }
  memory.customers.set(id, updated)
  return { number: `${customer.invoice_prefix ?? 'SIM'}-${String(next).padStart(4, '0')}`, customer: updated }
}

/** The intent that an invoice is paid with; paying it pays the invoice. */
function openPayment(memory: Memory, invoice: Invoice, customer: Customer): void {
  const subscription = subscriptionOf(memory, invoice)
  const keep = subscription?.payment_settings?.save_default_payment_method === 'on_subscription'
  const intent = newPaymentIntent(memory, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: customer.id,
    description: invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    metadata: {},
    keepCard: keep ? 'off_session' : null,
  })
  memory.intents.set(intent.id, intent)
  memory.emit('payment_intent.created', intent)
  const id = memory.newId('inpay')
  memory.invoicePayments.set(id, {
    id,
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: memory.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: memory.livemode,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  })
}

export function requireStatus(invoice: Invoice, allowed: string[], verb: string): void {
  if (!allowed.includes(invoice.status ?? ''))
    throw invalid(
      `You can only ${verb} invoices with a status of ${allowed.join(' or ')}; this one is ${invoice.status}.`,
      {
        code: 'invoice_not_editable',
      },
    )
}

/** Gives a draft its number; from here on it does not change. One with nothing to pay is paid at once. */
export function finalizeInvoice(memory: Memory, draft: Invoice, autoAdvance?: boolean): Invoice {
  requireStatus(draft, ['draft'], 'finalize')
  const now = memory.now()
  const { number, customer } = takeNumber(memory, draft.customer ?? '')
  const sent = draft.collection_method === 'send_invoice'
  const dueDays = subscriptionOf(memory, draft)?.days_until_due ?? 30
  const open = saveInvoice(memory, draft, {
    ...applyBalance(memory, customer, draft.total),
    number,
    status: 'open',
    auto_advance: autoAdvance ?? draft.auto_advance ?? false,
    automatically_finalizes_at: null,
    effective_at: now,
    due_date: sent ? (draft.due_date ?? now + dueDays * DAY) : null,
    hosted_invoice_url: `${memory.publicUrl}/i/${draft.id}`,
    invoice_pdf: `${memory.publicUrl}/i/${draft.id}`,
    status_transitions: { ...draft.status_transitions, finalized_at: now },
  })
  if (open.amount_due > 0) openPayment(memory, open, customer)
  memory.emit('invoice.finalized', open)
  return open.amount_due === 0 ? markPaid(memory, open) : open
}

/** Nothing is owed any more. */
export function markPaid(memory: Memory, invoice: Invoice): Invoice {
  const paid = saveInvoice(memory, invoice, {
    status: 'paid',
    attempted: true,
    auto_advance: false,
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, paid_at: memory.now() },
  })
  memory.emit('invoice.paid', paid)
  memory.emit('invoice.payment_succeeded', paid)
  return paid
}

/** Nobody can pay it any more. */
export function closeInvoice(memory: Memory, invoice: Invoice, status: 'void' | 'uncollectible'): Invoice {
  requireStatus(
    invoice,
    status === 'void' ? ['open', 'uncollectible'] : ['open'],
    status === 'void' ? 'void' : 'give up',
  )
  const now = memory.now()
  const stamp = status === 'void' ? { voided_at: now } : { marked_uncollectible_at: now }
  const closed = saveInvoice(memory, invoice, {
    status,
    auto_advance: false,
    next_payment_attempt: null,
    ...(status === 'void' ? { amount_remaining: 0 } : {}),
    status_transitions: { ...invoice.status_transitions, ...stamp },
  })
  if (status === 'void')
    for (const payment of memory.invoicePayments.values())
      if (payment.invoice === invoice.id && payment.status === 'open')
        memory.invoicePayments.set(payment.id, {
          ...payment,
          status: 'canceled',
          status_transitions: { ...payment.status_transitions, canceled_at: now },
        })
  memory.emit(status === 'void' ? 'invoice.voided' : 'invoice.marked_uncollectible', closed)
  return closed
}
