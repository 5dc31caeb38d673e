/** Why a charge fails, in Stripe's words. */
export type Decline = {
  code: string
  declineCode?: string
  message: string
  advice: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later'
}

/** What a test card does (https://docs.stripe.com/testing). */
export type CardBehaviour = {
  number: string
  brand: 'visa' | 'mastercard' | 'amex'
  /** For the hint list of the hosted page; the others are known but not listed. */
  hint?: string
  /** Ids that stand for this card in API calls. */
  tokens: string[]
  decline?: Decline
  /** Attaches to a customer without complaint and fails when charged. */
  attaches?: boolean
  /** `unless_saved`: once saved with the customer present, later charges go through. */
  authentication?: 'unless_saved' | 'always'
  disputed?: boolean
  refundFails?: boolean
}

const declined = (declineCode: string, message: string, advice: Decline['advice'] = 'try_again_later'): Decline => ({
  code: 'card_declined',
  declineCode,
  message,
  advice,
})

const TRY_ANOTHER = 'Your card was declined.'

export const testCards: CardBehaviour[] = [
  { number: '4242424242424242', brand: 'visa', tokens: ['pm_card_visa'], hint: 'Succeeds' },
  {
    number: '4000002500003155',
    brand: 'visa',
    tokens: ['pm_card_authenticationRequiredOnSetup', 'pm_card_threeDSecure2Required'],
    hint: 'Asks for 3-D Secure, then succeeds',
    authentication: 'unless_saved',
  },
  {
    number: '4000000000000002',
    brand: 'visa',
    tokens: ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined'],
    hint: 'Declined',
    decline: declined('generic_decline', TRY_ANOTHER),
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    tokens: ['pm_card_chargeDeclinedInsufficientFunds', 'pm_card_visa_chargeDeclinedInsufficientFunds'],
    hint: 'Declined: insufficient funds',
    decline: declined('insufficient_funds', 'Your card has insufficient funds.'),
  },
  {
    number: '4000000000000341',
    brand: 'visa',
    tokens: ['pm_card_chargeCustomerFail'],
    hint: 'Can be saved, fails when charged',
    decline: declined('generic_decline', TRY_ANOTHER),
    attaches: true,
  },
  {
    number: '4000000000000259',
    brand: 'visa',
    tokens: ['pm_card_createDispute'],
    hint: 'Succeeds, then is disputed',
    disputed: true,
  },
  {
    number: '4000000000005126',
    brand: 'visa',
    tokens: ['pm_card_refundFail'],
    hint: 'Succeeds; a refund fails later',
    refundFails: true,
  },
  { number: '5555555555554444', brand: 'mastercard', tokens: ['pm_card_mastercard'] },
  { number: '378282246310005', brand: 'amex', tokens: ['pm_card_amex'] },
  { number: '4000002760003184', brand: 'visa', tokens: ['pm_card_authenticationRequired'], authentication: 'always' },
  {
    number: '4000000000000069',
    brand: 'visa',
    tokens: ['pm_card_chargeDeclinedExpiredCard'],
    decline: { code: 'expired_card', message: 'Your card has expired.', advice: 'do_not_try_again' },
  },
  {
    number: '4000000000000127',
    brand: 'visa',
    tokens: ['pm_card_chargeDeclinedIncorrectCvc'],
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect.", advice: 'confirm_card_data' },
  },
  {
    number: '4000000000000119',
    brand: 'visa',
    tokens: ['pm_card_chargeDeclinedProcessingError'],
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
      advice: 'try_again_later',
    },
  },
  {
    number: '4000000000009987',
    brand: 'visa',
    tokens: ['pm_card_visa_chargeDeclinedLostCard'],
    decline: declined('lost_card', TRY_ANOTHER, 'do_not_try_again'),
  },
  {
    number: '4000000000009979',
    brand: 'visa',
    tokens: ['pm_card_visa_chargeDeclinedStolenCard'],
    decline: declined('stolen_card', TRY_ANOTHER, 'do_not_try_again'),
  },
]

export const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
  advice: 'try_again_later',
}

export const authenticationFailed: Decline = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  advice: 'try_again_later',
}

/** A card that is none of ours is never taken, so that nobody's real card ends up in a simulator. */
export const realCardInTestMode: Decline = declined(
  'test_mode_live_card',
  'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
  'do_not_try_again',
)

export const cardOfNumber = (number: string): CardBehaviour | undefined =>
  testCards.find((card) => card.number === number)

export const cardOfToken = (token: string): CardBehaviour | undefined =>
  testCards.find((card) => card.tokens.includes(token))
