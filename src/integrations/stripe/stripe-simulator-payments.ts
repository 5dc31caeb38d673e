import { chargeFee, moveMoney } from './stripe-simulator-balance.ts'
import { cardError } from './stripe-simulator-card-error.ts'
import { authenticationFailed, authenticationRequired } from './stripe-simulator-cards.ts'
import type { Decline } from './stripe-simulator-cards.ts'
import { beginDebit } from './stripe-simulator-debits.ts'
import { openDispute } from './stripe-simulator-disputes.ts'
import type { Memory, PaymentIntent, PaymentMethod } from './stripe-simulator-memory.ts'
import {
  attachMethod,
  behaviourOf,
  markSaved,
  markSpent,
  requireUsable,
  signMandate,
} from './stripe-simulator-methods.ts'
import { newCharge } from './stripe-simulator-objects.ts'
import { docUrl, invalid, Refusal } from './stripe-simulator-refusal.ts'

/** What a payment intent goes through when somebody tries to pay. */

type Attempt = {
  offSession: boolean
  /** Where the holder goes back to after proving herself; only the API names one. */
  returnUrl?: string | undefined
  /** Refuse rather than ask the holder. */
  refuseAction?: boolean | undefined
}

const CONFIRMABLE = new Set(['requires_payment_method', 'requires_confirmation', 'requires_action'])

/** `verb` is Stripe's word in `You cannot … this PaymentIntent`. */
function unexpectedState(intent: PaymentIntent, verb: string): Refusal {
  const code = 'payment_intent_unexpected_state'
  const why =
    intent.status === 'succeeded' && verb === 'confirm'
      ? 'because it has already succeeded after being previously confirmed'
      : `because it has a status of ${intent.status}`
  const message = `You cannot ${verb} this PaymentIntent ${why}.`
  return new Refusal(400, {
    type: 'invalid_request_error',
    code,
    doc_url: docUrl(code),
    message,
    payment_intent: intent,
  })
}

/** A failed attempt: the intent waits for another card. */
function refusePayment(
  memory: Memory,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline,
  reachedBank = true,
): Refusal {
  const charge = reachedBank ? newCharge(memory, intent, method, decline) : undefined
  const error = cardError(decline, method, charge)
  const failed: PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_payment_error: error,
    latest_charge: charge?.id ?? intent.latest_charge,
  }
  if (charge) {
    memory.charges.set(charge.id, charge)
    memory.emit('charge.failed', charge)
  }
  memory.intents.set(intent.id, failed)
  memory.emit('payment_intent.payment_failed', failed)
  return new Refusal(402, { ...error, type: 'card_error', message: decline.message, payment_intent: failed })
}

/** Keeps the method for later when the intent says so; one that is kept nowhere cannot be used again. */
function keepMethod(memory: Memory, intent: PaymentIntent, method: PaymentMethod): PaymentMethod {
  const keep = intent.setup_future_usage !== null && intent.customer !== null
  signMandate(memory, method)
  if (keep) markSaved(memory, method.id)
  else if (!method.customer) markSpent(memory, method.id)
  return keep && intent.customer ? attachMethod(memory, method, intent.customer) : method
}

/** The money moves: exactly one captured charge per intent. */
function capture(memory: Memory, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const made = newCharge(memory, intent, keepMethod(memory, intent, method))
  const { amount, currency } = made
  const movement = { type: 'charge', category: 'charge', currency, source: made.id } as const
  const received = moveMoney(memory, { ...movement, amount, fee: chargeFee(amount) })
  const charge = { ...made, balance_transaction: received.id }
  const paid: PaymentIntent = {
    ...intent,
    status: 'succeeded',
    amount_received: intent.amount,
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
    latest_charge: charge.id,
  }
  memory.charges.set(charge.id, charge)
  memory.intents.set(intent.id, paid)
  memory.emit('charge.succeeded', charge)
  memory.emit('payment_intent.succeeded', paid)
  if (behaviourOf(memory, method).disputed) openDispute(memory, charge)
  return paid
}

function nextAction(
  memory: Memory,
  intent: PaymentIntent,
  returnUrl: string | undefined,
): PaymentIntent['next_action'] {
  if (!returnUrl) return { type: 'use_stripe_sdk', use_stripe_sdk: {} }
  const url = `${memory.publicUrl}/3ds/${intent.id}`
  return { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } }
}

/**
 * Tries to pay an intent with a card. Answers the intent as it stands then: succeeded, or waiting for the holder.
 * Throws the 402 of a refused card, and a 400 when the intent is not to be paid any more.
 */
export function attemptPayment(
  memory: Memory,
  intent: PaymentIntent,
  method: PaymentMethod,
  attempt: Attempt,
): PaymentIntent {
  if (!CONFIRMABLE.has(intent.status)) throw unexpectedState(intent, 'confirm')
  requireUsable(memory, method, intent.customer)
  const card = behaviourOf(memory, method)
  if (card.delayed) {
    if (intent.currency !== 'eur')
      throw invalid(`The currency provided (${intent.currency}) is invalid for sepa_debit.`, { param: 'currency' })
    return beginDebit(memory, intent, keepMethod(memory, intent, method))
  }
  const asks = card.authentication === 'always' || (card.authentication === 'unless_saved' && !card.saved)
  if (asks && (attempt.offSession || attempt.refuseAction))
    throw refusePayment(memory, intent, method, authenticationRequired)
  if (card.decline) throw refusePayment(memory, intent, method, card.decline)
  if (!asks) return capture(memory, intent, method)
  const waiting: PaymentIntent = {
    ...intent,
    status: 'requires_action',
    payment_method: method.id,
    last_payment_error: null,
    next_action: nextAction(memory, intent, attempt.returnUrl),
  }
  memory.intents.set(intent.id, waiting)
  memory.emit('payment_intent.requires_action', waiting)
  return waiting
}

/** The holder has answered her bank. Answers the intent as it stands then; one that does not wait is left alone. */
export function finishAuthentication(memory: Memory, intent: PaymentIntent, passed: boolean): PaymentIntent {
  const method = memory.methods.get(intent.payment_method ?? '')
  if (intent.status !== 'requires_action' || !method) return intent
  if (passed) return capture(memory, intent, method)
  refusePayment(memory, intent, method, authenticationFailed, false)
  return memory.intents.get(intent.id) ?? intent
}

export function cancelIntent(
  memory: Memory,
  intent: PaymentIntent,
  reason: PaymentIntent['cancellation_reason'],
): PaymentIntent {
  if (!CONFIRMABLE.has(intent.status)) throw unexpectedState(intent, 'cancel')
  const canceled: PaymentIntent = {
    ...intent,
    status: 'canceled',
    canceled_at: memory.now(),
    cancellation_reason: reason,
    next_action: null,
  }
  memory.intents.set(intent.id, canceled)
  memory.emit('payment_intent.canceled', canceled)
  return canceled
}

/** The smallest amounts Stripe takes; others are taken from one unit on. */
const smallest: Record<string, number> = { usd: 50, eur: 50, gbp: 30, chf: 50, jpy: 50, cad: 50, aud: 50 }

/** Throws when an amount is too small or is of a precision that Stripe does not carry. */
export function requireAmount(amount: number, currency: string, param: string): void {
  const least = smallest[currency] ?? 1
  if (amount < least)
    throw invalid(`Amount must be at least ${least} ${currency}, in its smallest unit.`, {
      code: 'amount_too_small',
      param,
    })
  if (amount > 99_999_999) throw invalid('Amount must be no more than 99999999.', { code: 'amount_too_large', param })
  if (['bhd', 'jod', 'kwd', 'omr', 'tnd'].includes(currency) && amount % 10 !== 0)
    throw invalid(`Invalid amount for ${currency}: it must be divisible by 10.`, {
      code: 'parameter_invalid_integer',
      param,
    })
}
