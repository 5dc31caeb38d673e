import type { Hono } from 'hono'
import { createSimulation, type Simulation } from '#platform/simulation.ts'
import { closeDispute, failRefund } from './stripe-simulator-after-sale.ts'
import { createApi } from './stripe-simulator-api.ts'
import { cardOfNumber } from './stripe-simulator-cards.ts'
import { authenticateSession, closeDueSessions, submitSession } from './stripe-simulator-checkout.ts'
import { paymentIntentRoutes, setupIntentRoutes } from './stripe-simulator-intent-routes.ts'
import {
  type Charge,
  createMemory,
  type Memory,
  nobody,
  type Session,
  type StripeEvent,
} from './stripe-simulator-memory.ts'
import { authenticateIntent, authenticationPages, checkoutPages } from './stripe-simulator-page-routes.ts'
import { plannedError } from './stripe-simulator-refusal.ts'
import { checkoutRoutes, customerRoutes, eventRoutes, methodRoutes, moneyRoutes } from './stripe-simulator-routes.ts'
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
  /** Pays on a hosted page as a person with this card would; tells how the session stands. Throws when refused. */
  pay(sessionId: string, cardNumber?: string): Session
  /** Answers the bank's 3-D Secure question for a session (cs_…) or an intent (pi_…, seti_…). */
  authenticate(id: string, passed: boolean): void
  /** Does what the time asks for: closes due sessions, lets promised refunds fail. */
  tick(): void
  /** What the bank decides about a disputed charge. */
  closeDispute(disputeId: string, status: 'won' | 'lost'): void
  /** How long after a refund with the failing card its failure is told; 2 s unless set. */
  setRefundFailsAfter(ms: number): void
  /** How long every keyed call is in flight, for two at once with one key. */
  setLatency(ms: number): void
  close(): Promise<void>
}

const TICK_MS = 1_000

function errorBody(status: number): { body: string; contentType: string } {
  return { body: JSON.stringify({ error: plannedError(status) }), contentType: 'application/json' }
}

/** What a person or the bank does, and what came of it. */
function controls(memory: Memory) {
  return {
    sessions: (): Session[] => memory.sessions.values().map((record) => record.object),
    effects: (): Map<string, Charge[]> => {
      const taken = memory.charges.values().filter((charge) => charge.captured && charge.status === 'succeeded')
      return Map.groupBy(taken, (charge) => charge.payment_intent ?? charge.id)
    },
    pay: (sessionId: string, cardNumber = '4242424242424242'): Session => {
      const expiryYear = new Date(memory.nowMs()).getUTCFullYear() + 2
      const person = { name: 'Test Person', email: 'person@example.test', expiryMonth: 12, expiryYear }
      const paid = { ...person, card: cardOfNumber(cardNumber) }
      return memory.during(nobody, () => submitSession(memory, sessionId, paid)).object
    },
    authenticate: (id: string, passed: boolean): void => {
      if (id.startsWith('cs_')) memory.during(nobody, () => authenticateSession(memory, id, passed))
      else authenticateIntent(memory, id, passed)
    },
    closeDispute: (disputeId: string, status: 'won' | 'lost'): void => {
      memory.during(nobody, () => {
        closeDispute(memory, disputeId, status)
      })
    },
    tick: (): void => {
      memory.during(nobody, () => {
        closeDueSessions(memory)
        for (const { id, dueMs } of memory.failingRefunds.values()) if (dueMs <= memory.nowMs()) failRefund(memory, id)
      })
    },
  }
}

/**
 * Stripe as we use it: a real HTTP server with memory, webhooks, hosted pages and failures. Speaks API
 * 2026-10-28.endive; whatever it does not know it refuses.
 */
export function stripeSimulator(options: StripeSimulatorOptions): StripeSimulator {
  const simulation = createSimulation(options.storeFile)
  const nowMs = options.now ?? Date.now
  let refundFailsAfterMs = 2_000
  const memory = createMemory({
    simulation,
    livemode: options.secretKey.includes('_live_'),
    publicUrl: options.publicUrl,
    nowMs,
    onEvent: (event) => {
      webhooks.queue(event)
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
  customerRoutes(api, memory)
  methodRoutes(api, memory)
  paymentIntentRoutes(api, memory)
  setupIntentRoutes(api, memory)
  checkoutRoutes(api, memory)
  moneyRoutes(api, memory, () => refundFailsAfterMs)
  eventRoutes(api, memory, options.webhookUrl)
  checkoutPages(api.app, memory)
  authenticationPages(api.app, memory)

  const control = controls(memory)
  const ticking = setInterval(control.tick, TICK_MS).unref()
  return {
    ...control,
    app: api.app,
    fetch: async (input, init) => api.app.request(input instanceof URL ? input.href : input, init),
    simulation,
    webhooks,
    events: () => memory.events.values(),
    resend: (eventId, times) => webhooks.resend(eventId, times),
    deliverReordered: () => webhooks.release('reversed'),
    settled: () => webhooks.settled(),
    setRefundFailsAfter: (ms) => {
      refundFailsAfterMs = ms
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
