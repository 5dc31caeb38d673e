import { randomBytes } from 'node:crypto'
import type { Stripe } from 'stripe'
import type { Collection, Simulation } from '#platform/simulation.ts'
import type { Settings } from './stripe-simulator-settings.ts'

export const API_VERSION = '2026-10-28.endive'

/** An object of the API as it is kept: where Stripe may expand an id, only the id. */
type Kept<T> = { [K in keyof T]: string extends T[K] ? Exclude<T[K], object> : T[K] }

export type Customer = Kept<Stripe.Customer>
export type PaymentMethod = Kept<Stripe.PaymentMethod>
export type PaymentIntent = Kept<Stripe.PaymentIntent>
export type SetupIntent = Kept<Stripe.SetupIntent>
export type Charge = Kept<Stripe.Charge>
export type Refund = Kept<Stripe.Refund>
export type Dispute = Kept<Stripe.Dispute>
export type Mandate = Kept<Stripe.Mandate>
export type BalanceTransaction = Stripe.BalanceTransaction & { source: string | null }
export type PortalConfiguration = Kept<Stripe.BillingPortal.Configuration>
export type PortalSession = Kept<Stripe.BillingPortal.Session>
export type Session = Kept<Stripe.Checkout.Session>

/** A price as it travels: decimals are text on the wire, while the SDK's type already holds its own number class. */
export type Price = Omit<Kept<Stripe.Price>, 'unit_amount_decimal'> & { unit_amount_decimal: string | null }
export type LineItem = Omit<Kept<Stripe.LineItem>, 'price'> & { price: Price }

export type Product = Kept<Stripe.Product>
type Plan = Omit<Kept<Stripe.Plan>, 'amount_decimal'> & { amount_decimal: string | null }
export type SubscriptionItem = Omit<Kept<Stripe.SubscriptionItem>, 'price' | 'plan'> & { price: Price; plan: Plan }
type Listed<T> = { object: 'list'; data: T[]; has_more: boolean; url: string }
export type Subscription = Omit<Kept<Stripe.Subscription>, 'items'> & { items: Listed<SubscriptionItem> }
type Pricing = {
  price_details: { price: string; product: string }
  type: 'price_details'
  unit_amount_decimal: string | null
}
export type InvoiceLine = Omit<Kept<Stripe.InvoiceLineItem>, 'pricing' | 'quantity_decimal'> & {
  pricing: Pricing | null
  quantity_decimal: string | null
}
export type Invoice = Omit<Kept<Stripe.Invoice>, 'lines'> & { lines: Listed<InvoiceLine> }
export type InvoiceItem = Omit<Kept<Stripe.InvoiceItem>, 'pricing' | 'quantity_decimal'> & {
  pricing: Pricing | null
  quantity_decimal: string
}
export type InvoicePayment = Kept<Stripe.InvoicePayment> & { payment: { payment_intent?: string } }
export type TestClock = Kept<Stripe.TestHelpers.TestClock>

/** What a session knows beyond what the API shows. */
export type SessionRecord = {
  id: string
  object: Session
  lineItems: LineItem[]
  intent: {
    metadata: Record<string, string>
    description: string | null
    keepCard: 'off_session' | 'on_session' | null
  }
}

export type StripeEvent = {
  id: string
  object: 'event'
  api_version: string
  created: number
  type: string
  livemode: boolean
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> }
  account?: string
}

/** A customer's own page. `usableUntilMs` moves on with every visit. */
export type PortalRecord = { id: string; object: PortalSession; usableUntilMs: number }

/**
 * The test card or account behind a payment method. `saved`: kept for later with its holder present. `spent`: used once without
 * being attached, or detached; Stripe takes such a method never again.
 */
export type CardRecord = { number: string; saved: boolean; spent: boolean }

/** The first answer to a key. */
export type KeptAnswer = {
  key: string
  endpoint: string
  form: string
  status: number
  body: unknown
  requestId: string
  atMs: number
}

type Collections = {
  customers: Collection<Customer | { id: string; object: 'customer'; deleted: true }>
  methods: Collection<PaymentMethod>
  cards: Collection<CardRecord>
  intents: Collection<PaymentIntent>
  setups: Collection<SetupIntent>
  charges: Collection<Charge>
  refunds: Collection<Refund>
  disputes: Collection<Dispute>
  sessions: Collection<SessionRecord>
  events: Collection<StripeEvent>
  answers: Collection<KeptAnswer>
  mandates: Collection<Mandate>
  balance: Collection<BalanceTransaction>
  /** Direct debits on their way, by the intent's id; ms. */
  debits: Collection<{ id: string; dueMs: number }>
  portalConfigurations: Collection<PortalConfiguration>
  /** By the secret in their address. */
  portalSessions: Collection<PortalRecord>
  settings: Collection<Settings>
  products: Collection<Product>
  prices: Collection<Price>
  subscriptions: Collection<Subscription>
  invoices: Collection<Invoice>
  invoiceItems: Collection<InvoiceItem>
  invoicePayments: Collection<InvoicePayment>
  clocks: Collection<TestClock>
  /** Where a test clock on its way is going; Unix seconds. */
  clockTargets: Collection<{ id: string; target: number }>
  /** When a refund on its way arrives, or one will turn out to have failed; ms. */
  failingRefunds: Collection<{ id: string; dueMs: number }>
}

export type Memory = Collections & {
  livemode: boolean
  publicUrl: string
  store: Simulation['store']
  nowMs(): number
  /** Unix seconds: the wall's, or those of the test clock under which `at` runs work. */
  now(): number
  at<T>(seconds: number, work: () => T): T
  newId(prefix: string): string
  /** Records a fact and hands it to the webhooks; part of the change that caused it. */
  emit(type: string, object: object, previous?: Record<string, unknown>): void
  /** Runs work for a request, which the events it causes will name; all of it is saved, or nothing. */
  during<T>(request: StripeEvent['request'], work: () => T): T
}

/** The request of what no program asked for: a person on a hosted page, or time passing. */
export const nobody: StripeEvent['request'] = { id: null, idempotency_key: null }

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random letters and digits, as long as asked. */
export const randomText = (length: number): string =>
  [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')

/** Everything that is kept, each kind by its ids. */
const collectionsOf = (store: Simulation['store']): Omit<Collections, 'events'> => ({
  customers: store.collection('customers'),
  methods: store.collection('payment_methods'),
  cards: store.collection('cards'),
  intents: store.collection('payment_intents'),
  setups: store.collection('setup_intents'),
  charges: store.collection('charges'),
  refunds: store.collection('refunds'),
  disputes: store.collection('disputes'),
  sessions: store.collection('sessions'),
  answers: store.collection('answers'),
  mandates: store.collection('mandates'),
  balance: store.collection('balance_transactions'),
  debits: store.collection('debits'),
  portalConfigurations: store.collection('portal_configurations'),
  portalSessions: store.collection('portal_sessions'),
  settings: store.collection('settings'),
  products: store.collection('products'),
  prices: store.collection('prices'),
  subscriptions: store.collection('subscriptions'),
  invoices: store.collection('invoices'),
  invoiceItems: store.collection('invoice_items'),
  invoicePayments: store.collection('invoice_payments'),
  clocks: store.collection('test_clocks'),
  clockTargets: store.collection('test_clock_targets'),
  failingRefunds: store.collection('failing_refunds'),
})

export function createMemory(input: {
  simulation: Simulation
  livemode: boolean
  publicUrl: string
  nowMs: () => number
  onEvent: (event: StripeEvent) => void
}): Memory {
  const { store } = input.simulation
  let request: StripeEvent['request'] = nobody
  const wall = (): number => Math.floor(input.nowMs() / 1000)
  let clock: number | undefined
  const events = store.collection<StripeEvent>('events')
  const newId = (prefix: string): string => `${prefix}_${randomText(24)}`
  return {
    livemode: input.livemode,
    publicUrl: input.publicUrl.replace(/\/$/, ''),
    store,
    ...collectionsOf(store),
    events,
    nowMs: input.nowMs,
    now: () => clock ?? wall(),
    at: (seconds, work) => {
      const before = clock
      clock = seconds
      try {
        return work()
      } finally {
        clock = before
      }
    },
    newId,
    emit: (type, object, previous) => {
      const event: StripeEvent = {
        id: newId('evt'),
        object: 'event',
        api_version: API_VERSION,
        created: wall(),
        type,
        livemode: input.livemode,
        pending_webhooks: 0,
        request,
        data: {
          object: structuredClone(object) as Record<string, unknown>,
          ...(previous ? { previous_attributes: previous } : {}),
        },
      }
      events.set(event.id, event)
      input.onEvent(event)
    },
    during: (cause, work) => {
      request = cause
      try {
        return store.atomically(work)
      } finally {
        request = nobody
      }
    },
  }
}
