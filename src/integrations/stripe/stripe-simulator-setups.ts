import { authenticationFailed } from './stripe-simulator-cards.ts'
import type { Decline } from './stripe-simulator-cards.ts'
import type { Memory, PaymentMethod, SetupIntent } from './stripe-simulator-memory.ts'
import { attachMethod, behaviourOf, markSaved, requireUsable, signMandate } from './stripe-simulator-methods.ts'
import { cardError } from './stripe-simulator-card-error.ts'
import { docUrl, Refusal } from './stripe-simulator-refusal.ts'

/** Saving a way to pay without charging it. */

const CONFIRMABLE = new Set(['requires_payment_method', 'requires_confirmation', 'requires_action'])

function unexpectedSetupState(setup: SetupIntent, verb: string): Refusal {
  const code = 'setup_intent_unexpected_state'
  const message = `You cannot ${verb} this SetupIntent because it has a status of ${setup.status}.`
  return new Refusal(400, { type: 'invalid_request_error', code, doc_url: docUrl(code), message, setup_intent: setup })
}

function refuseSetup(memory: Memory, setup: SetupIntent, method: PaymentMethod, decline: Decline): Refusal {
  const error = cardError(decline, method)
  const failed: SetupIntent = {
    ...setup,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: error,
  }
  memory.setups.set(setup.id, failed)
  memory.emit('setup_intent.setup_failed', failed)
  return new Refusal(402, { ...error, type: 'card_error', message: decline.message, setup_intent: failed })
}

function keep(memory: Memory, setup: SetupIntent, method: PaymentMethod): SetupIntent {
  if (setup.customer) attachMethod(memory, method, setup.customer)
  markSaved(memory, method.id)
  const done: SetupIntent = {
    ...setup,
    status: 'succeeded',
    payment_method: method.id,
    mandate: signMandate(memory, method)?.id ?? null,
    next_action: null,
    last_setup_error: null,
  }
  memory.setups.set(setup.id, done)
  memory.emit('setup_intent.succeeded', done)
  return done
}

/** Tries to save a card; throws the 402 of a refused one. */
export function attemptSetup(
  memory: Memory,
  setup: SetupIntent,
  method: PaymentMethod,
  returnUrl?: string,
): SetupIntent {
  if (!CONFIRMABLE.has(setup.status)) throw unexpectedSetupState(setup, 'confirm')
  requireUsable(memory, method, setup.customer)
  const card = behaviourOf(memory, method)
  if (card.decline && !card.attaches) throw refuseSetup(memory, setup, method, card.decline)
  if (!card.authentication) return keep(memory, setup, method)
  const url = `${memory.publicUrl}/3ds/${setup.id}`
  const waiting: SetupIntent = {
    ...setup,
    status: 'requires_action',
    payment_method: method.id,
    next_action: returnUrl
      ? { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } }
      : { type: 'use_stripe_sdk', use_stripe_sdk: {} },
  }
  memory.setups.set(setup.id, waiting)
  memory.emit('setup_intent.requires_action', waiting)
  return waiting
}

/** The holder has answered her bank; a setup that does not wait is left alone. */
export function finishSetup(memory: Memory, setup: SetupIntent, passed: boolean): SetupIntent {
  const method = memory.methods.get(setup.payment_method ?? '')
  if (setup.status !== 'requires_action' || !method) return setup
  if (passed) return keep(memory, setup, method)
  refuseSetup(memory, setup, method, { ...authenticationFailed, code: 'setup_intent_authentication_failure' })
  return memory.setups.get(setup.id) ?? setup
}

export function cancelSetup(
  memory: Memory,
  setup: SetupIntent,
  reason: SetupIntent['cancellation_reason'],
): SetupIntent {
  if (!CONFIRMABLE.has(setup.status)) throw unexpectedSetupState(setup, 'cancel')
  const canceled: SetupIntent = { ...setup, status: 'canceled', cancellation_reason: reason, next_action: null }
  memory.setups.set(setup.id, canceled)
  memory.emit('setup_intent.canceled', canceled)
  return canceled
}
