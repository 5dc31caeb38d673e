import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { GatewayDispute, PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { ask } from './stripe-errors.ts'
import { fromStripeAmount } from './stripe-money.ts'

/** Charges that customers contest at their bank. */

const states = {
  warning_needs_response: 'warning',
  warning_under_review: 'warning',
  warning_closed: 'warning_closed',
  // Settled before it became a dispute.
  prevented: 'warning_closed',
  needs_response: 'open',
  under_review: 'open',
  // A lost dispute that is taken further is open again.
  appeal_needs_response: 'open',
  appeal_under_review: 'open',
  won: 'won',
  lost: 'lost',
} as const satisfies Record<string, GatewayDispute['state']>

const Dispute = z.object({
  id: z.string(),
  status: z.enum(Object.keys(states) as (keyof typeof states)[]),
  amount: z.int(),
  currency: z.string().toUpperCase(),
  livemode: z.boolean(),
  reason: z.string(),
  payment_intent: z.string().nullish(),
  charge: z.string(),
  evidence_details: z.object({ due_by: z.int().nullish() }),
  balance_transactions: z.array(z.object({ amount: z.int(), currency: z.string().toUpperCase() })),
})
type Dispute = z.output<typeof Dispute>

/**
 * What moved, without fees, in the currency of the dispute. An account that is kept in another currency converts each
 * movement at the rate of its day, so there the movements are counted instead of summed up.
 */
function withdrawn(dispute: Dispute): bigint {
  const amounts = dispute.balance_transactions.map((each) =>
    each.currency === dispute.currency ? each.amount : Math.sign(each.amount) * dispute.amount,
  )
  return fromStripeAmount(
    amounts.reduce((sum, each) => sum + each, 0),
    dispute.currency,
  )
}

function presentDispute(dispute: Dispute): GatewayDispute {
  const due = dispute.evidence_details.due_by
  return {
    gatewayDisputeId: dispute.id,
    gatewayPaymentId: dispute.payment_intent ?? dispute.charge,
    state: states[dispute.status],
    amountMinor: fromStripeAmount(dispute.amount, dispute.currency),
    currency: dispute.currency,
    livemode: dispute.livemode,
    reason: dispute.reason,
    evidenceDueAt: due ? Temporal.Instant.fromEpochMilliseconds(due * 1000) : undefined,
    withdrawnMinor: withdrawn(dispute),
  }
}

export function disputes(stripe: Stripe): Pick<PaymentGateway, 'getDispute'> {
  return {
    getDispute: async (gatewayDisputeId) =>
      presentDispute(await ask(Dispute, () => stripe.disputes.retrieve(gatewayDisputeId))),
  }
}
