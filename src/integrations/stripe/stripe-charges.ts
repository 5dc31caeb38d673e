import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { Charge, PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { ask, refusedCard } from './stripe-errors.ts'
import { readMetadata, writeMetadata } from './stripe-metadata.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-money.ts'
import { everyItem } from './stripe-pages.ts'

/** Charges of a saved method while the customer is away. */

const Intent = z.object({
  id: z.string().startsWith('pi_'),
  status: z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'canceled',
    'succeeded',
  ]),
  amount: z.int(),
  currency: z.string().toUpperCase(),
  livemode: z.boolean(),
  metadata: z.record(z.string(), z.string()).nullish(),
  last_payment_error: z
    .object({ code: z.string().nullish(), decline_code: z.string().nullish(), advice_code: z.string().nullish() })
    .nullish(),
})
type Intent = z.output<typeof Intent>

/** Advice we do not know is as good as none. */
const Advice = z.enum(['do_not_try_again', 'try_again_later', 'confirm_card_data']).optional().catch(undefined)

/** A card that is refused leaves its intent waiting for another one, which we never give it: it is over. */
function stateOf({ status, last_payment_error: error }: Intent): Charge['state'] {
  if (status === 'succeeded') return 'succeeded'
  if (status === 'processing' || status === 'requires_capture') return 'processing'
  if (status === 'requires_action') return 'needs_authentication'
  const asked = [error?.code, error?.decline_code].includes('authentication_required')
  return asked && status !== 'canceled' ? 'needs_authentication' : 'failed'
}

function presentCharge(intent: Intent): Charge {
  const state = stateOf(intent)
  const error = intent.last_payment_error
  const { paymentId, customerId } = readMetadata(intent.metadata)
  return {
    gatewayPaymentId: intent.id,
    state,
    amountMinor: fromStripeAmount(intent.amount, intent.currency),
    currency: intent.currency,
    livemode: intent.livemode,
    paymentId,
    customerId,
    failureCode: state === 'failed' ? (error?.decline_code ?? error?.code ?? intent.status) : undefined,
    advice: state === 'failed' ? Advice.parse(error?.advice_code ?? undefined) : undefined,
  }
}

/** Redirects are for people who are present, so methods that need one are left out; no method is named. */
function intentParams(input: Parameters<PaymentGateway['charge']>[0]): Stripe.PaymentIntentCreateParams {
  return {
    amount: toStripeAmount(input.amountMinor, input.currency),
    currency: input.currency.toLowerCase(),
    customer: input.gatewayCustomerId,
    payment_method: input.gatewayMethodId,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    off_session: true,
    confirm: true,
    description: input.description.slice(0, 1000),
    metadata: writeMetadata(input),
  }
}

export function charges(stripe: Stripe): Pick<PaymentGateway, 'charge' | 'getCharge' | 'findCharges'> {
  return {
    async charge(input) {
      const params = intentParams(input)
      const intent = await ask(Intent, () =>
        stripe.paymentIntents.create(params, { idempotencyKey: input.key }).catch(refusedCard),
      )
      return presentCharge(intent)
    },

    getCharge: async (gatewayPaymentId) =>
      presentCharge(await ask(Intent, () => stripe.paymentIntents.retrieve(gatewayPaymentId))),

    async findCharges({ gatewayCustomerId, paymentId }) {
      const found: Charge[] = []
      // Never by search, which learns of a charge up to a minute late.
      const list = everyItem(Intent, (page) => stripe.paymentIntents.list({ customer: gatewayCustomerId, ...page }))
      for await (const intent of list)
        if (readMetadata(intent.metadata).paymentId === paymentId) found.push(presentCharge(intent))
      return found
    },
  }
}
