import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { Checkout, PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { ask, statusOf, unavailable } from './stripe-errors.ts'
import { readMetadata, writeMetadata } from './stripe-metadata.ts'
import { Method, presentMethod } from './stripe-methods.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-money.ts'

/** Hosted pages where an invoice is paid. */

const OpenedSession = z.object({ id: z.string().startsWith('cs_'), url: z.string() })

const Session = z.object({
  id: z.string().startsWith('cs_'),
  status: z.enum(['open', 'complete', 'expired']),
  payment_status: z.string(),
  url: z.string().nullish(),
  // A page that only saves a way to pay asks for nothing.
  amount_total: z
    .int()
    .nullable()
    .transform((amount) => amount ?? 0),
  currency: z.string().toUpperCase(),
  livemode: z.boolean(),
  client_reference_id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  payment_intent: z
    .object({
      id: z.string(),
      status: z.string(),
      payment_method: Method.nullish(),
      last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
    })
    .nullish(),
})
type Session = z.output<typeof Session>

const EXPANDED = ['payment_intent', 'payment_intent.payment_method']

/** A complete page lets nobody try another way: once its delayed payment has failed, it is over. */
function failureOf({ status, payment_status, payment_intent: intent }: Session): string | undefined {
  if (status !== 'complete' || payment_status === 'paid' || !intent) return undefined
  if (intent.status !== 'requires_payment_method' && intent.status !== 'canceled') return undefined
  return intent.last_payment_error?.decline_code ?? intent.last_payment_error?.code ?? intent.status
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
    failureCode: failureOf(session),
    url: session.status === 'open' ? (session.url ?? undefined) : undefined,
    amountMinor: fromStripeAmount(session.amount_total, session.currency),
    currency: session.currency,
    livemode: session.livemode,
    paymentId: ours ? written.paymentId : undefined,
    invoiceId: ours ? written.invoiceId : undefined,
    customerId: ours ? written.customerId : undefined,
    gatewayPaymentId: moved ? intent.id : undefined,
    method: moved ? presentMethod(intent.payment_method) : undefined,
  }
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

export function checkouts(stripe: Stripe): Pick<PaymentGateway, 'openCheckout' | 'getCheckout' | 'expireCheckout'> {
  async function getCheckout(sessionId: string): Promise<Checkout> {
    const session = await ask(Session, () => stripe.checkout.sessions.retrieve(sessionId, { expand: EXPANDED }))
    return presentCheckout(session)
  }

  return {
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
  }
}
