import { chargeFee, moveMoney } from './stripe-simulator-balance.ts'
import { cardError } from './stripe-simulator-card-error.ts'
import type { Decline } from './stripe-simulator-cards.ts'
import { openDispute } from './stripe-simulator-disputes.ts'
import type { Charge, Memory, PaymentIntent, PaymentMethod } from './stripe-simulator-memory.ts'
import { behaviourOf } from './stripe-simulator-methods.ts'
import { newDebit } from './stripe-simulator-sepa.ts'
import { settingsOf } from './stripe-simulator-settings.ts'

/** Direct debits: begun now, and told days later whether the account had the money. */

export function beginDebit(memory: Memory, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const charge = newDebit(memory, intent, method)
  const processing: PaymentIntent = {
    ...intent,
    status: 'processing',
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
    latest_charge: charge.id,
  }
  memory.charges.set(charge.id, charge)
  memory.intents.set(intent.id, processing)
  memory.debits.set(intent.id, { id: intent.id, dueMs: memory.nowMs() + settingsOf(memory).debitSettlesAfterMs })
  memory.emit('charge.pending', charge)
  memory.emit('payment_intent.processing', processing)
  return processing
}

function succeed(memory: Memory, intent: PaymentIntent, charge: Charge, method: PaymentMethod): PaymentIntent {
  const { amount, currency } = charge
  const movement = { type: 'payment', category: 'charge', currency, source: charge.id } as const
  const received = moveMoney(memory, { ...movement, amount, fee: chargeFee(amount) })
  const paid: Charge = { ...charge, paid: true, status: 'succeeded', balance_transaction: received.id }
  const done: PaymentIntent = { ...intent, status: 'succeeded', amount_received: amount }
  memory.charges.set(charge.id, paid)
  memory.intents.set(intent.id, done)
  memory.emit('charge.succeeded', paid)
  memory.emit('payment_intent.succeeded', done)
  if (behaviourOf(memory, method).disputed) openDispute(memory, paid, { reason: 'debit_not_authorized' })
  return done
}

function fail(memory: Memory, intent: PaymentIntent, charge: Charge, method: PaymentMethod, why: Decline) {
  const failed: Charge = {
    ...charge,
    amount_captured: 0,
    failure_code: why.code,
    failure_message: why.message,
    status: 'failed',
  }
  const left: PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: cardError(why, method, failed),
  }
  memory.charges.set(charge.id, failed)
  memory.intents.set(intent.id, left)
  memory.emit('charge.failed', failed)
  memory.emit('payment_intent.payment_failed', left)
  return left
}

/** The bank has told. Answers the intent as it stands then, or undefined when no debit of it is on its way. */
export function finishDebit(memory: Memory, intentId: string): PaymentIntent | undefined {
  memory.debits.delete(intentId)
  const intent = memory.intents.get(intentId)
  const charge = memory.charges.get(intent?.latest_charge ?? '')
  const method = memory.methods.get(intent?.payment_method ?? '')
  if (intent?.status !== 'processing' || !charge || !method) return undefined
  const { decline } = behaviourOf(memory, method)
  return decline ? fail(memory, intent, charge, method, decline) : succeed(memory, intent, charge, method)
}
