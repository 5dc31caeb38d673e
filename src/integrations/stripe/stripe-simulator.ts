import type { Hono } from 'hono'
import { createSimulation, type Simulation } from '#platform/simulation.ts'
import { type Api, createApi } from './stripe-simulator-api.ts'
import { catalogueRoutes } from './stripe-simulator-catalogue.ts'
import { clockRoutes } from './stripe-simulator-clocks.ts'
import { followPayment } from './stripe-simulator-collection.ts'
import { invoicePages } from './stripe-simulator-invoice-pages.ts'
import { invoiceItemRoutes, invoiceRoutes } from './stripe-simulator-invoice-routes.ts'
import { subscriptionRoutes } from './stripe-simulator-subscription-routes.ts'
import { controls } from './stripe-simulator-controls.ts'
import { type Dashboard, dashboard } from './stripe-simulator-dashboard.ts'
import { paymentIntentRoutes, setupIntentRoutes } from './stripe-simulator-intent-routes.ts'
import { type Charge, createMemory, type Memory, type Session, type StripeEvent } from './stripe-simulator-memory.ts'
import { authenticationPages, checkoutPages } from './stripe-simulator-page-routes.ts'
import { plannedError } from './stripe-simulator-refusal.ts'
import { balanceRoutes, moneyRoutes } from './stripe-simulator-money-routes.ts'
import { portalPages } from './stripe-simulator-portal-pages.ts'
import { portalRoutes } from './stripe-simulator-portal-routes.ts'
import { checkoutRoutes, customerRoutes, eventRoutes, methodRoutes } from './stripe-simulator-routes.ts'
import { changeSettings } from './stripe-simulator-settings.ts'
import { createWebhooks, type Webhooks } from './stripe-simulator-webhooks.ts'

export type StripeSimulatorOptions = {
  /** sk_test_… (or sk_live_…, for a simulator whose objects say `livemode: true`). */
  secretKey: string
  webhookSecret: string
  /** Where events are delivered; without it they are only recorded. */
  webhookUrl?: string
  /** Where browsers find its hosted pages. */
  publicUrl: string
  /** Keeps everything through a crash; without it all is forgotten at the end. */
  storeFile?: string
  /** Pauses between tries of a delivery; the last one repeats. */
  retryDelaysMs?: number[]
  /** Answers 429 to more writes a second than this, for each endpoint; no limit unless set, here or in the console. */
  writesPerSecond?: number
  /** Ms since 1970; for `created`, `expires_at`, keys and signatures. */
  now?: () => number
  /** How webhooks travel, when not by the global fetch. */
  webhookFetch?: typeof fetch
}

export type StripeSimulator = {
  /** To be served with @hono/node-server. */
  app: Hono
  /** The same in process: what the SDK's fetch client calls. */
  fetch: typeof fetch
  simulation: Simulation
  webhooks: Omit<Webhooks, 'queue' | 'close'>
  /** Oldest first. */
  events(): StripeEvent[]
  sessions(): Session[]
  resend(eventId: string, times?: number): Promise<void>
  /** Sends what `webhooks.hold` kept back, the newest first. */
  deliverReordered(): Promise<void>
  settled(): Promise<void>
  /** Charges that took money, by payment intent: what a customer would see on her bank statement. */
  effects(): Map<string, Charge[]>
  /** Pays on a hosted page as a person with this card or IBAN would; tells how the session stands. Throws when refused. */
  pay(sessionId: string, cardNumber?: string): Session
  /** Answers the bank's 3-D Secure question for a session (cs_…) or an intent (pi_…, seti_…). */
  authenticate(id: string, passed: boolean): void
  /** What happens without our program: by hand in the Dashboard, and at the banks. */
  dashboard: Dashboard
  /** Does what the time asks for: closes due sessions, lets promised refunds fail, settles direct debits, moves test clocks. */
  tick(): void
  /** How long after a refund with the failing card its failure is told; 2 s unless set. */
  setRefundFailsAfter(ms: number): void
  /** How long a direct debit is on its way; 5 s unless set. */
  setDebitSettlesAfter(ms: number): void
  /** How long every keyed call is in flight, for two at once with one key. */
  setLatency(ms: number): void
  close(): Promise<void>
}

const TICK_MS = 1_000

function errorBody(status: number): { body: string; contentType: string } {
  return { body: JSON.stringify({ error: plannedError(status) }), contentType: 'application/json' }
}

/** Every path it knows: the API, and the pages people see. */
function serveAll(api: Api, memory: Memory, webhookUrl: string | undefined): void {
  customerRoutes(api, memory)
  methodRoutes(api, memory)
  paymentIntentRoutes(api, memory)
  setupIntentRoutes(api, memory)
  checkoutRoutes(api, memory)
  moneyRoutes(api, memory)
  balanceRoutes(api, memory)
  catalogueRoutes(api, memory)
  subscriptionRoutes(api, memory)
  invoiceRoutes(api, memory)
  invoiceItemRoutes(api, memory)
  clockRoutes(api, memory)
  eventRoutes(api, memory, webhookUrl)
  checkoutPages(api.app, memory)
  authenticationPages(api.app, memory)
  portalRoutes(api, memory)
  portalPages(api.app, memory)
  invoicePages(api.app, memory)
}

/**
 * Stripe as we use it: a real HTTP server with memory, webhooks, hosted pages and failures. Speaks API
 * 2026-10-28.endive; whatever it does not know it refuses.
 */
export function stripeSimulator(options: StripeSimulatorOptions): StripeSimulator {
  const simulation = createSimulation(options.storeFile)
  const nowMs = options.now ?? Date.now
  const memory = createMemory({
    simulation,
    livemode: options.secretKey.includes('_live_'),
    publicUrl: options.publicUrl,
    nowMs,
    onEvent: (event) => {
      webhooks.queue(event)
      followPayment(memory, event)
    },
  })
  const webhooks = createWebhooks({
    store: simulation.store,
    events: memory.events,
    url: options.webhookUrl,
    secret: options.webhookSecret,
    retryDelaysMs: options.retryDelaysMs ?? [1_000, 3_000, 10_000, 30_000, 60_000, 300_000, 3_600_000],
    fetch: options.webhookFetch ?? fetch,
    nowMs,
  })
  const api = createApi({ memory, secretKey: options.secretKey, faults: simulation.middleware(errorBody) })
  serveAll(api, memory, options.webhookUrl)
  const { writesPerSecond } = options
  if (writesPerSecond !== undefined) changeSettings(memory, { limited: true, writesPerSecond })

  const control = controls(memory)
  const ticking = setInterval(control.tick, TICK_MS).unref()
  return {
    ...control,
    dashboard: dashboard(memory),
    app: api.app,
    fetch: async (input, init) => api.app.request(input instanceof URL ? input.href : input, init),
    simulation,
    webhooks,
    events: () => memory.events.values(),
    resend: (eventId, times) => webhooks.resend(eventId, times),
    deliverReordered: () => webhooks.release('reversed'),
    settled: () => webhooks.settled(),
    setRefundFailsAfter: (ms) => {
      changeSettings(memory, { refundFailsAfterMs: ms })
    },
    setDebitSettlesAfter: (ms) => {
      changeSettings(memory, { debitSettlesAfterMs: ms })
    },
    setLatency: (ms) => {
      api.setLatency(ms)
    },
    close: async () => {
      clearInterval(ticking)
      await webhooks.close()
      simulation.store.close()
    },
  }
}
