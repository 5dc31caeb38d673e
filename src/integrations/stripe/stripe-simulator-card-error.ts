import type { Stripe } from 'stripe'
import type { Decline } from './stripe-simulator-cards.ts'
import type { Charge, PaymentMethod } from './stripe-simulator-memory.ts'
import { docUrl } from './stripe-simulator-refusal.ts'

/** The error of a refused card, as it stands in the intent and in the 402. */
export function cardError(
  decline: Decline,
  method: PaymentMethod,
  charge?: Charge,
): Stripe.PaymentIntent.LastPaymentError {
  return {
    type: 'card_error',
    code: decline.code,
    message: decline.message,
    advice_code: decline.advice,
    doc_url: docUrl(decline.code),
    payment_method: method,
    ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
    ...(charge ? { charge: charge.id } : {}),
  }
}
