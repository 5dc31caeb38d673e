import { invalid, missing } from './stripe-simulator-refusal.ts'
import { cardOfNumber } from './stripe-simulator-cards.ts'
import type { Charge, Dispute, Memory, Refund } from './stripe-simulator-memory.ts'

/** What happens to money that was paid: refunds, which may fail later, and disputes. */

const NO_EVIDENCE: Dispute['evidence'] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}

const WEEK_SECONDS = 7 * 86_400

/** The bank takes the money of a charge back until somebody proves it was due. */
export function openDispute(memory: Memory, charge: Charge): Dispute {
  const dispute: Dispute = {
    id: memory.newId('du'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [movement(memory, charge, -charge.amount)],
    charge: charge.id,
    created: memory.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: memory.now() + WEEK_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: memory.livemode,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: 'fraudulent',
    status: 'needs_response',
  }
  memory.disputes.set(dispute.id, dispute)
  memory.charges.set(charge.id, { ...charge, disputed: true })
  memory.emit('charge.dispute.created', dispute)
  memory.emit('charge.dispute.funds_withdrawn', dispute)
  return dispute
}

type Movement = Dispute['balance_transactions'][number]

/** What a dispute moved on the account's balance, without fees. */
const movement = (memory: Memory, { currency, id }: Charge, amount: number): Movement => ({
  id: memory.newId('txn'),
  object: 'balance_transaction',
  amount,
  available_on: memory.now(),
  balance_type: 'payments',
  created: memory.now(),
  currency,
  description: `Chargeback of ${id}`,
  exchange_rate: null,
  fee: 0,
  fee_details: [],
  net: amount,
  reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
  source: id,
  status: 'available',
  type: 'adjustment',
})

/** The bank has decided: what was withdrawn comes back when the seller won. */
export function closeDispute(memory: Memory, disputeId: string, status: 'won' | 'lost'): void {
  const dispute = memory.disputes.get(disputeId)
  const charge = memory.charges.get(dispute?.charge ?? '')
  if (!dispute || !charge) throw missing('dispute', disputeId, 'dispute')
  const back = status === 'won' ? [movement(memory, charge, dispute.amount)] : []
  const closed: Dispute = { ...dispute, status, balance_transactions: [...dispute.balance_transactions, ...back] }
  memory.disputes.set(disputeId, closed)
  if (status === 'won') {
    memory.charges.set(charge.id, { ...charge, disputed: false })
    memory.emit('charge.dispute.funds_reinstated', closed)
  }
  memory.emit('charge.dispute.closed', closed, { status: dispute.status })
}

function chargeToRefund(
  memory: Memory,
  input: { charge?: string | undefined; payment_intent?: string | undefined },
): Charge {
  if (!input.charge && !input.payment_intent)
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.')
  const id = input.charge ?? memory.intents.get(input.payment_intent ?? '')?.latest_charge
  if (!input.charge && !memory.intents.get(input.payment_intent ?? ''))
    throw missing('payment_intent', input.payment_intent ?? '', 'payment_intent')
  const charge = memory.charges.get(id ?? '')
  if (input.charge && !charge) throw missing('charge', input.charge, 'charge')
  if (charge?.status !== 'succeeded')
    throw invalid(
      `This PaymentIntent (${input.payment_intent ?? charge?.payment_intent}) does not have a successful charge to refund.`,
      {
        param: input.charge ? 'charge' : 'payment_intent',
      },
    )
  return charge
}

function refundable(charge: Charge, asked: number | undefined): number {
  const left = charge.amount - charge.amount_refunded
  if (left <= 0) throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  if (charge.disputed)
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' })
  const amount = asked ?? left
  if (amount > left)
    throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    })
  return amount
}

type RefundInput = {
  charge?: string | undefined
  payment_intent?: string | undefined
  amount?: number | undefined
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | undefined
  metadata?: Record<string, string> | undefined
}

/** Gives money back at once; with the test card that says so it turns out later that the bank did not take it. */
export function createRefund(memory: Memory, input: RefundInput, failsAfterMs: number): Refund {
  const charge = chargeToRefund(memory, input)
  const amount = refundable(charge, input.amount)
  const refund: Refund = {
    id: memory.newId('re'),
    object: 'refund',
    amount,
    balance_transaction: memory.newId('txn'),
    charge: charge.id,
    created: memory.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      type: 'card',
      card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
    },
    metadata: input.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  }
  const returned = charge.amount_refunded + amount
  const updated: Charge = { ...charge, amount_refunded: returned, refunded: returned === charge.amount }
  memory.refunds.set(refund.id, refund)
  memory.charges.set(charge.id, updated)
  memory.emit('refund.created', refund)
  memory.emit('charge.refunded', updated, { amount_refunded: charge.amount_refunded, refunded: charge.refunded })
  const card = memory.cards.get(charge.payment_method ?? '')
  if (card && cardOfNumber(card.number)?.refundFails)
    memory.failingRefunds.set(refund.id, { id: refund.id, dueMs: memory.nowMs() + failsAfterMs })
  return refund
}

/** The bank sends refunded money back: it is in our balance again and the customer has not got it. */
export function failRefund(memory: Memory, refundId: string): void {
  const refund = memory.refunds.get(refundId)
  memory.failingRefunds.delete(refundId)
  if (refund?.status !== 'succeeded') return
  const failed: Refund = {
    ...refund,
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: memory.newId('txn'),
  }
  memory.refunds.set(refundId, failed)
  const charge = memory.charges.get(refund.charge ?? '')
  if (charge)
    memory.charges.set(charge.id, {
      ...charge,
      amount_refunded: charge.amount_refunded - refund.amount,
      refunded: false,
    })
  memory.emit('refund.failed', failed, { status: 'succeeded' })
  memory.emit('refund.updated', failed, { status: 'succeeded' })
}
