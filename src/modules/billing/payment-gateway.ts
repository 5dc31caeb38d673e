/** A hosted page where a person pays one invoice, as it stands now. Amounts are minor units. */
export type Checkout = {
  sessionId: string
  state: 'open' | 'complete' | 'expired'
  paid: boolean
  /** Where the person pays; only while open. */
  url: string | undefined
  amountMinor: bigint
  /** ISO 4217, upper case. */
  currency: string
  livemode: boolean
  /** What we wrote into it when we opened it; undefined when it is not ours. */
  paymentId: string | undefined
  invoiceId: string | undefined
  customerId: string | undefined
  /** The gateway's own reference of the money that moved, once it has. */
  gatewayPaymentId: string | undefined
  /** The card kept for later, once it is. */
  card: SavedCard | undefined
}

export type SavedCard = {
  gatewayMethodId: string
  brand: string
  lastFour: string
  expiryMonth: number
  expiryYear: number
}

/** A message of the gateway, proven to be authentic and not yet believed: fetch the object before acting on it. */
export type GatewayEvent = {
  id: string
  type: string
  livemode: boolean
  /** Set when the message speaks for a connected account that is not ours. */
  account: string | undefined
  /** Id of the object it speaks of, such as a checkout session. */
  objectId: string
  /** The checkout session concerned, when the message is about one. */
  checkoutSessionId: string | undefined
  /** The payment of ours that its object names in its metadata, when it does: a hint, to be checked against the object. */
  paymentId: string | undefined
  /** The last refusal of a card, in the gateway's code, when the message tells of one. */
  failureCode: string | undefined
}

/**
 * Moves money when told. Every write takes a key of ours: the same key again gives the first answer and moves
 * nothing twice, so a lost answer is met by asking again with the same key (the gateway keeps keys for 24 hours).
 * Refusals of the gateway throw Problem('conflict', 'payment_refused'); silence or trouble on the way throws
 * Problem('unavailable', 'payment_gateway_unavailable').
 */
export type PaymentGateway = {
  /** Makes the gateway's customer for ours, or gives the one that `key` made before. */
  createCustomer(input: {
    key: string
    customerId: string
    email: string
    name: string
  }): Promise<{ gatewayCustomerId: string }>

  /** Forgets a customer and their saved cards; one it does not know is as good as forgotten. */
  forgetCustomer(input: { gatewayCustomerId: string }): Promise<void>
  /** Opens a hosted payment page. `expiresAt` is wall-clock time, 30 minutes to 24 hours ahead. */
  openCheckout(input: {
    key: string
    gatewayCustomerId: string
    paymentId: string
    invoiceId: string
    customerId: string
    amountMinor: bigint
    currency: string
    description: string
    successUrl: string
    cancelUrl: string
    expiresAt: Temporal.Instant
    locale: 'en' | 'de'
  }): Promise<{ sessionId: string; url: string }>
  getCheckout(sessionId: string): Promise<Checkout>
  /** Closes an open page so that nobody can pay on it any more; one that has ended already is left as it is. */
  expireCheckout(sessionId: string): Promise<Checkout>
  /**
   * Proves that a message came from the gateway: signature over the raw bytes, at most 300 s old by the wall clock.
   * Throws Problem('invalid', 'webhook_refused') for anything else.
   */
  verifyEvent(rawBody: Uint8Array, signature: string | undefined): GatewayEvent
}
