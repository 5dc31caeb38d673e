import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { GatewayRefund, PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { Problem } from '#platform/problem.ts'
import { ask, statusOf } from './stripe-errors.ts'
import { readMetadata, writeMetadata } from './stripe-metadata.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-money.ts'
import { everyItem } from './stripe-pages.ts'

/** Money sent back. */

/** A refund that waits for the customer's bank details is one that has not arrived yet. */
const states = {
  succeeded: 'succeeded',
  pending: 'pending',
  requires_action: 'pending',
  failed: 'failed',
  canceled: 'cancelled',
} as const satisfies Record<string, GatewayRefund['state']>

const Refund = z.object({
  id: z.string(),
  status: z.enum(['succeeded', 'pending', 'requires_action', 'failed', 'canceled']),
  amount: z.int(),
  currency: z.string().toUpperCase(),
  payment_intent: z.string().nullish(),
  charge: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  failure_reason: z.string().nullish(),
})

/** What comes too fast is not begun at all. */
function turnedAway(error: unknown): never {
  if (statusOf(error) !== 429) throw error
  throw new Problem('unavailable', 'refund_not_begun', 'Stripe asks us to slow down; the refund was not begun.')
}

/** `livemode`: a refund does not tell its mode, but a key only ever sees objects of its own. */
export function refunds(
  stripe: Stripe,
  livemode: boolean,
): Pick<PaymentGateway, 'refund' | 'getRefund' | 'listRefunds'> {
  const presentRefund = (refund: z.output<typeof Refund>): GatewayRefund => ({
    gatewayRefundId: refund.id,
    gatewayPaymentId: refund.payment_intent ?? refund.charge ?? '',
    state: states[refund.status],
    amountMinor: fromStripeAmount(refund.amount, refund.currency),
    currency: refund.currency,
    livemode,
    refundId: readMetadata(refund.metadata).refundId,
    failureCode: refund.failure_reason ?? undefined,
  })

  return {
    async refund({ key, gatewayPaymentId, refundId, amountMinor, currency }) {
      const params: Stripe.RefundCreateParams = {
        payment_intent: gatewayPaymentId,
        amount: toStripeAmount(amountMinor, currency),
        metadata: writeMetadata({ refundId }),
      }
      return presentRefund(
        await ask(Refund, () => stripe.refunds.create(params, { idempotencyKey: key }).catch(turnedAway)),
      )
    },

    getRefund: async (gatewayRefundId) =>
      presentRefund(await ask(Refund, () => stripe.refunds.retrieve(gatewayRefundId))),

    async listRefunds(gatewayPaymentId) {
      const list = everyItem(Refund, (page) => stripe.refunds.list({ payment_intent: gatewayPaymentId, ...page }))
      return (await Array.fromAsync(list)).map(presentRefund)
    },
  }
}
