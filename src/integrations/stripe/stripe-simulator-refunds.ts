import { invalid, missing } from './stripe-simulator-refusal.ts'
import { cardOfNumber } from './stripe-simulator-cards.ts'
import { moveMoney } from './stripe-simulator-balance.ts'
import type { Charge, Memory, Refund } from './stripe-simulator-memory.ts'
import { settingsOf } from './stripe-simulator-settings.ts'

/** Money sent back, which may turn out not to have arrived. */

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

/** A dispute takes the money of a charge away, until it is won. */
const isChargedBack = (memory: Memory, charge: Charge): boolean =>
  charge.disputed &&
  memory.disputes.values().some((dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable)

function refundable(memory: Memory, charge: Charge, asked: number | undefined): number {
  const left = charge.amount - charge.amount_refunded
  if (left <= 0) throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  if (isChargedBack(memory, charge))
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' })
  const amount = asked ?? left
  if (amount <= 0) throw invalid('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
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

/** A direct debit is sent back by bank transfer, which takes its time. */
function destination(charge: Charge): NonNullable<Refund['destination_details']> {
  if (charge.payment_method_details?.type === 'sepa_debit') return { type: 'sepa_debit' }
  const card = { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' } as const
  return { type: 'card', card }
}

function newRefund(memory: Memory, charge: Charge, amount: number, input: RefundInput): Refund {
  const id = memory.newId('re')
  const { currency } = charge
  const movement = { type: 'refund', category: 'refund', currency, source: id } as const
  return {
    id,
    object: 'refund',
    amount,
    balance_transaction: moveMoney(memory, { ...movement, amount: -amount }).id,
    charge: charge.id,
    created: memory.now(),
    currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destination(charge),
    metadata: input.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: charge.payment_method_details?.type === 'sepa_debit' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  }
}

/** Gives money back: to a card at once, though with the test card that says so it turns out later that it did not arrive. */
export function createRefund(memory: Memory, input: RefundInput): Refund {
  const charge = chargeToRefund(memory, input)
  const amount = refundable(memory, charge, input.amount)
  const refund = newRefund(memory, charge, amount, input)
  const returned = charge.amount_refunded + amount
  const updated: Charge = { ...charge, amount_refunded: returned, refunded: returned === charge.amount }
  memory.refunds.set(refund.id, refund)
  memory.charges.set(charge.id, updated)
  memory.emit('refund.created', refund)
  memory.emit('charge.refunded', updated, { amount_refunded: charge.amount_refunded, refunded: charge.refunded })
  const card = memory.cards.get(charge.payment_method ?? '')
  const fails = card && cardOfNumber(card.number)?.refundFails
  if (fails || refund.status === 'pending') {
    const dueMs = memory.nowMs() + settingsOf(memory).refundFailsAfterMs
    memory.failingRefunds.set(refund.id, { id: refund.id, dueMs })
  }
  return refund
}

/** What becomes of a refund whose time has come: one on its way arrives, one that was promised comes back. */
export function finishRefund(memory: Memory, refundId: string): void {
  const refund = memory.refunds.get(refundId)
  if (refund?.status !== 'pending') return failRefund(memory, refundId)
  memory.failingRefunds.delete(refundId)
  const arrived: Refund = { ...refund, status: 'succeeded' }
  memory.refunds.set(refundId, arrived)
  memory.emit('refund.updated', arrived, { status: 'pending' })
}

/** The bank sends refunded money back: it is in our balance again and the customer has not got it. */
export function failRefund(memory: Memory, refundId: string): void {
  const refund = memory.refunds.get(refundId)
  memory.failingRefunds.delete(refundId)
  if (refund?.status !== 'succeeded' && refund?.status !== 'pending') return
  const { amount, currency, id } = refund
  const movement = { type: 'refund_failure', category: 'refund_failure', currency, source: id } as const
  const failed: Refund = {
    ...refund,
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: moveMoney(memory, { ...movement, amount }).id,
  }
  memory.refunds.set(refundId, failed)
  const charge = memory.charges.get(refund.charge ?? '')
  if (charge)
    memory.charges.set(charge.id, { ...charge, amount_refunded: charge.amount_refunded - amount, refunded: false })
  memory.emit('refund.failed', failed, { status: refund.status })
  memory.emit('refund.updated', failed, { status: refund.status })
}
