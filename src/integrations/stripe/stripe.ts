import { Stripe } from 'stripe'
import { z } from 'zod'
import type { Checkout, PaymentGateway, SavedCard } from '#modules/billing/payment-gateway.ts'
import { ask, statusOf, unavailable } from './stripe-errors.ts'
import { readEvent } from './stripe-event.ts'
import { readMetadata, writeMetadata } from './stripe-metadata.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-money.ts'

export type StripeConfig = {
  /** sk_… or rk_…, of the same mode as `mode`. */
  secretKey: string
  mode: 'test' | 'live'
  /** whsec_…; several while a secret is being rolled. */
  webhookSecrets: string[]
  /** Origin of the API, when it is not Stripe's own. */
  baseUrl?: string
  fetch: typeof fetch
  wallClockMs: () => number
}

const Customer = z.object({ id: z.string().startsWith('cus_') })

const OpenedSession = z.object({ id: z.string().startsWith('cs_'), url: z.string() })

const Method = z.object({
  id: z.string(),
  customer: z.string().nullish(),
  card: z.object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() }).nullish(),
})

const Session = z.object({
  id: z.string().startsWith('cs_'),
  status: z.enum(['open', 'complete', 'expired']),
  payment_status: z.string(),
  url: z.string().nullish(),
  amount_total: z.int(),
  currency: z.string().toUpperCase(),
  livemode: z.boolean(),
  client_reference_id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  payment_intent: z.object({ id: z.string(), status: z.string(), payment_method: Method.nullish() }).nullish(),
})
type Session = z.output<typeof Session>

const EXPANDED = ['payment_intent', 'payment_intent.payment_method']

/** Only a method that Stripe has attached to the customer can be charged again. */
function savedCard(method: z.output<typeof Method> | null | undefined): SavedCard | undefined {
  if (!method?.card || !method.customer) return undefined
  const { brand, last4, exp_month, exp_year } = method.card
  return { gatewayMethodId: method.id, brand, lastFour: last4, expiryMonth: exp_month, expiryYear: exp_year }
}

function presentCheckout(session: Session): Checkout {
  const written = readMetadata(session.metadata)
  const ours = written.paymentId !== undefined && written.paymentId === session.client_reference_id
  const intent = session.payment_intent
  const moved = intent?.status === 'succeeded'
  return {
    sessionId: session.id,
    state: session.status,
    paid: session.payment_status === 'paid',
    url: session.status === 'open' ? (session.url ?? undefined) : undefined,
    amountMinor: fromStripeAmount(session.amount_total, session.currency),
    currency: session.currency,
    livemode: session.livemode,
    ...(ours ? written : readMetadata(null)),
    gatewayPaymentId: moved ? intent.id : undefined,
    card: moved ? savedCard(intent.payment_method) : undefined,
  }
}

/** A wrong setting must stop the start, not the first payment. */
function checkConfig(config: StripeConfig): void {
  const secrets = config.webhookSecrets
  if (secrets.length === 0 || secrets.some((secret) => secret.trim() === '' || /\s/.test(secret)))
    throw new Error('The Stripe webhook secret is missing, empty, or contains white space.')
  if (!new RegExp(`^(sk|rk)_${config.mode}_\\S+$`).test(config.secretKey))
    throw new Error(
      `The Stripe secret key is not a key of ${config.mode} mode (sk_${config.mode}_… or rk_${config.mode}_…).`,
    )
}

function clientOf(config: StripeConfig): Stripe {
  const base = new URL(config.baseUrl ?? 'https://api.stripe.com')
  const secure = base.protocol === 'https:'
  if ((!secure && base.protocol !== 'http:') || base.pathname !== '/' || base.search)
    throw new Error('The Stripe address must be an http or https origin without a path.')
  return new Stripe(config.secretKey, {
    apiVersion: '2026-10-28.endive',
    httpClient: Stripe.createFetchHttpClient(config.fetch),
    host: base.hostname,
    port: base.port || (secure ? '443' : '80'),
    protocol: secure ? 'https' : 'http',
    // Jobs repeat themselves with the same key; a person who waits is better told at once.
    maxNetworkRetries: 0,
    timeout: 20_000,
    telemetry: false,
    appInfo: { name: 'EZ Solutions' },
  })
}

type OpenInput = Parameters<PaymentGateway['openCheckout']>[0]

/** Payment methods are chosen in Stripe's Dashboard, so none are named here. */
function sessionParams(input: OpenInput): Stripe.Checkout.SessionCreateParams {
  const metadata = writeMetadata(input)
  return {
    mode: 'payment',
    customer: input.gatewayCustomerId,
    client_reference_id: input.paymentId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: input.currency.toLowerCase(),
          unit_amount: toStripeAmount(input.amountMinor, input.currency),
          product_data: { name: input.description.slice(0, 250) },
        },
      },
    ],
    metadata,
    payment_intent_data: { setup_future_usage: 'off_session', description: input.description, metadata },
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
    expires_at: Math.floor(input.expiresAt.epochMilliseconds / 1000),
    locale: input.locale,
  }
}

/**
 * Stripe through its official SDK, API 2026-10-28.endive. Throws at once when a webhook secret is missing or empty, or
 * when the key is of another mode.
 */
export function stripeGateway(config: StripeConfig): PaymentGateway {
  checkConfig(config)
  const stripe = clientOf(config)

  async function getCheckout(sessionId: string): Promise<Checkout> {
    const session = await ask(Session, () => stripe.checkout.sessions.retrieve(sessionId, { expand: EXPANDED }))
    return presentCheckout(session)
  }

  return {
    async createCustomer({ key, customerId, email, name }) {
      const params = { email, name, metadata: writeMetadata({ customerId }) }
      const customer = await ask(Customer, () => stripe.customers.create(params, { idempotencyKey: key }))
      return { gatewayCustomerId: customer.id }
    },

    async forgetCustomer({ gatewayCustomerId }) {
      await ask(z.unknown(), () =>
        stripe.customers.del(gatewayCustomerId).catch((error: unknown) => {
          if (statusOf(error) === 404) return null
          throw error
        }),
      )
    },

    async openCheckout(input) {
      const params = sessionParams(input)
      const session = await ask(OpenedSession, () =>
        stripe.checkout.sessions.create(params, { idempotencyKey: input.key }),
      )
      return { sessionId: session.id, url: session.url }
    },

    getCheckout,

    async expireCheckout(sessionId) {
      const session = await ask(Session.nullable(), () =>
        stripe.checkout.sessions.expire(sessionId, { expand: EXPANDED }).catch((error: unknown) => {
          if (statusOf(error) === 400) return null
          throw error
        }),
      )
      if (session) return presentCheckout(session)
      // Stripe refuses to close what has ended; a page that is still open is being paid on this very moment.
      const checkout = await getCheckout(sessionId)
      if (checkout.state === 'open') throw unavailable('Stripe could not close the payment page yet.')
      return checkout
    },

    verifyEvent: (rawBody, signature) =>
      readEvent(stripe.webhooks, { rawBody, signature, secrets: config.webhookSecrets, nowMs: config.wallClockMs() }),
  }
}
