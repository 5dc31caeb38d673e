import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { MethodSetup, PaymentGateway, SavedMethod } from '#modules/billing/payment-gateway.ts'
import { ask, statusOf } from './stripe-errors.ts'
import { readMetadata, writeMetadata } from './stripe-metadata.ts'
import { everyItem } from './stripe-pages.ts'

/** Ways to pay that Stripe keeps for later, and its pages where people care for them. */

/** A way to pay as Stripe shows it. */
export const Method = z.object({
  id: z.string(),
  customer: z.string().nullish(),
  card: z.object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() }).nullish(),
  sepa_debit: z.object({ last4: z.string().nullish() }).nullish(),
})

const OpenedSession = z.object({ id: z.string().startsWith('cs_'), url: z.string() })

const Session = z.object({
  id: z.string().startsWith('cs_'),
  status: z.enum(['open', 'complete', 'expired']),
  url: z.string().nullish(),
  livemode: z.boolean(),
  client_reference_id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  setup_intent: z.object({ status: z.string(), payment_method: Method.nullish() }).nullish(),
})

/** Undefined for kinds we cannot show, and for a method that is attached to nobody: it cannot be charged again. */
export function presentMethod(method: z.output<typeof Method> | null | undefined): SavedMethod | undefined {
  if (!method?.customer) return undefined
  if (method.card) {
    const { brand, last4, exp_month, exp_year } = method.card
    const expiry = { expiryMonth: exp_month, expiryYear: exp_year }
    return { gatewayMethodId: method.id, kind: 'card', brand, lastFour: last4, ...expiry }
  }
  if (!method.sepa_debit) return undefined
  const never = { expiryMonth: undefined, expiryYear: undefined }
  const lastFour = method.sepa_debit.last4 ?? ''
  return { gatewayMethodId: method.id, kind: 'sepa_debit', brand: 'sepa_debit', lastFour, ...never }
}

function presentSetup(session: z.output<typeof Session>): MethodSetup {
  const { customerId } = readMetadata(session.metadata)
  const setup = session.setup_intent
  return {
    sessionId: session.id,
    state: session.status,
    url: session.status === 'open' ? (session.url ?? undefined) : undefined,
    livemode: session.livemode,
    customerId: customerId === session.client_reference_id ? customerId : undefined,
    method: setup?.status === 'succeeded' ? presentMethod(setup.payment_method) : undefined,
  }
}

function setupParams(input: Parameters<PaymentGateway['openMethodSetup']>[0]): Stripe.Checkout.SessionCreateParams {
  const metadata = writeMetadata({ customerId: input.customerId })
  return {
    mode: 'setup',
    currency: input.currency.toLowerCase(),
    customer: input.gatewayCustomerId,
    client_reference_id: input.customerId,
    metadata,
    setup_intent_data: { metadata },
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
    expires_at: Math.floor(input.expiresAt.epochMilliseconds / 1000),
    locale: input.locale,
  }
}

type Methods = 'openMethodSetup' | 'getMethodSetup' | 'listMethods' | 'forgetMethod' | 'openPortal'

export function methods(stripe: Stripe, portalConfiguration: string | undefined): Pick<PaymentGateway, Methods> {
  return {
    async openMethodSetup(input) {
      const params = setupParams(input)
      const session = await ask(OpenedSession, () =>
        stripe.checkout.sessions.create(params, { idempotencyKey: input.key }),
      )
      return { sessionId: session.id, url: session.url }
    },

    async getMethodSetup(sessionId) {
      const expand = ['setup_intent', 'setup_intent.payment_method']
      return presentSetup(await ask(Session, () => stripe.checkout.sessions.retrieve(sessionId, { expand })))
    },

    async listMethods(gatewayCustomerId) {
      const list = everyItem(Method, (page) => stripe.customers.listPaymentMethods(gatewayCustomerId, page))
      return (await Array.fromAsync(list)).flatMap((method) => presentMethod(method) ?? [])
    },

    async forgetMethod(gatewayMethodId) {
      await ask(z.unknown(), async () => {
        try {
          return await stripe.paymentMethods.detach(gatewayMethodId)
        } catch (error) {
          if (statusOf(error) === 404) return null
          if (statusOf(error) !== 400) throw error
          // A 400 may say that it is detached already, or anything else: only the method itself can tell.
          const method = await stripe.paymentMethods.retrieve(gatewayMethodId)
          if (method.customer) throw error
          return method
        }
      })
    },

    async openPortal({ gatewayCustomerId, returnUrl, locale }) {
      const params: Stripe.BillingPortal.SessionCreateParams = {
        customer: gatewayCustomerId,
        return_url: returnUrl,
        locale,
        ...(portalConfiguration === undefined ? {} : { configuration: portalConfiguration }),
      }
      const session = await ask(z.object({ url: z.string() }), () => stripe.billingPortal.sessions.create(params))
      return { url: session.url }
    },
  }
}
