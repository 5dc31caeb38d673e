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

export type Memory = {
  livemode: boolean
  publicUrl: string
  store: Simulation['store']
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
  /** When a refund on its way arrives, or one will turn out to have failed; ms. */
  failingRefunds: Collection<{ id: string; dueMs: number }>
  nowMs(): number
  /** Unix seconds. */
  now(): number
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

export function createMemory(input: {
  simulation: Simulation
  livemode: boolean
  publicUrl: string
  nowMs: () => number
  onEvent: (event: StripeEvent) => void
}): Memory {
  const { store } = input.simulation
  let request: StripeEvent['request'] = nobody
  const now = (): number => Math.floor(input.nowMs() / 1000)
  const events = store.collection<StripeEvent>('events')
  const newId = (prefix: string): string => `${prefix}_${randomText(24)}`
  return {
    livemode: input.livemode,
    publicUrl: input.publicUrl.replace(/\/$/, ''),
    store,
    customers: store.collection('customers'),
    methods: store.collection('payment_methods'),
    cards: store.collection('cards'),
    intents: store.collection('payment_intents'),
    setups: store.collection('setup_intents'),
    charges: store.collection('charges'),
    refunds: store.collection('refunds'),
    disputes: store.collection('disputes'),
    sessions: store.collection('sessions'),
    events,
    answers: store.collection('answers'),
    mandates: store.collection('mandates'),
    balance: store.collection('balance_transactions'),
    debits: store.collection('debits'),
    portalConfigurations: store.collection('portal_configurations'),
    portalSessions: store.collection('portal_sessions'),
    settings: store.collection('settings'),
    failingRefunds: store.collection('failing_refunds'),
    nowMs: input.nowMs,
    now,
    newId,
    emit: (type, object, previous) => {
      const event: StripeEvent = {
        id: newId('evt'),
        object: 'event',
        api_version: API_VERSION,
        created: now(),
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
