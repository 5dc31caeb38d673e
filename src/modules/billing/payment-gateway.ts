import type { GatewayMirror, RawObject } from './gateway-mirror.ts'
import type { GatewaySubscriptions } from './gateway-subscriptions.ts'

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

/** A charge of a saved method, as it stands now. Amounts are minor units. */
export type Charge = {
  gatewayPaymentId: string
  /**
   * `processing`: a delayed method, such as a direct debit, that tells later. `needs_authentication`: the bank wants to hear
   * the customer; only a hosted page helps. `failed`: nothing moved and nothing will.
   */
  state: 'succeeded' | 'processing' | 'needs_authentication' | 'failed'
  amountMinor: bigint
  /** ISO 4217, upper case. */
  currency: string
  livemode: boolean
  /** What we wrote into it; undefined when it is not ours. */
  paymentId: string | undefined
  customerId: string | undefined
  /** The gateway's code of the refusal, such as `insufficient_funds`, when it failed. */
  failureCode: string | undefined
  /** What the bank advises after a refusal. */
  advice: 'do_not_try_again' | 'try_again_later' | 'confirm_card_data' | undefined
}

/** Money sent back, as it stands now. Minor units. `failed` and `cancelled`: the money stayed with us, even if said otherwise before. */
export type GatewayRefund = {
  gatewayRefundId: string
  gatewayPaymentId: string
  state: 'succeeded' | 'pending' | 'failed' | 'cancelled'
  amountMinor: bigint
  currency: string
  livemode: boolean
  /** The refund of ours it was made for; undefined when it was made in the gateway's own dashboard. */
  refundId: string | undefined
  failureCode: string | undefined
}

/** A charge the customer contests at their bank. Minor units. */
export type GatewayDispute = {
  gatewayDisputeId: string
  gatewayPaymentId: string
  /** `warning`: an inquiry, no money has moved yet. `open`: the money is withdrawn until it is decided. */
  state: 'warning' | 'open' | 'won' | 'lost' | 'warning_closed'
  amountMinor: bigint
  currency: string
  livemode: boolean
  reason: string
  /** By when evidence has to be handed in, wall-clock time. */
  evidenceDueAt: Temporal.Instant | undefined
  /** What moved on our account because of it: negative when withdrawn, zero when given back. Without fees. */
  withdrawnMinor: bigint
}

/** A hosted page where a person saves a way to pay, as it stands now. */
export type MethodSetup = {
  sessionId: string
  state: 'open' | 'complete' | 'expired'
  url: string | undefined
  livemode: boolean
  customerId: string | undefined
  method: SavedMethod | undefined
}

/** A way to pay that can be charged while the customer is away. */
export type SavedMethod = {
  gatewayMethodId: string
  kind: 'card' | 'sepa_debit'
  /** The card's brand, or `sepa_debit`. */
  brand: string
  lastFour: string
  /** Of cards alone. */
  expiryMonth: number | undefined
  expiryYear: number | undefined
}

/** A message of the gateway, proven to be authentic and not yet believed: fetch the object before acting on it. */
export type GatewayEvent = {
  id: string
  type: string
  /** When the gateway says it happened, to the second. */
  createdAt: Temporal.Instant
  livemode: boolean
  /** Set when the message speaks for a connected account that is not ours. */
  account: string | undefined
  /** Id of the object it speaks of, such as a checkout session. */
  objectId: string
  /** The checkout session concerned, when the message is about one. */
  checkoutSessionId: string | undefined
  /** The gateway's own subscription it concerns, itself or by its invoice. */
  gatewaySubscriptionId: string | undefined
  /** The payment of ours that its object names in its metadata, when it does: a hint, to be checked against the object. */
  paymentId: string | undefined
  /** The last refusal of a card, in the gateway's code, when the message tells of one. */
  failureCode: string | undefined
  /** The object as it was then, for the copy we keep; undefined when it has no id. */
  object: RawObject | undefined
}

/** What the gateway keeps and bills by itself. */
type GatewayObjects = GatewayMirror & GatewaySubscriptions

/**
 * Moves money when told. Every write takes a key of ours: the same key again gives the first answer and moves
 * nothing twice, so a lost answer is met by asking again with the same key (the gateway keeps keys for 24 hours).
 * Refusals of the gateway throw Problem('conflict', 'payment_refused'); silence or trouble on the way throws
 * Problem('unavailable', 'payment_gateway_unavailable').
 */
export type PaymentGateway = GatewayObjects & {
  /** The least that it charges at once, in minor units of a currency. What is less can be paid by credit or by transfer only. */
  leastMinor(currency: string): bigint

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
    /** Undefined when it is for several documents. */
    invoiceId: string | undefined
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
   * Charges a saved method while the customer is away. The same key again gives the first charge. A refusal is an outcome,
   * not a problem. `invoiceId` is named for people who look at the gateway, when it is for one alone.
   */
  charge(input: {
    key: string
    gatewayCustomerId: string
    gatewayMethodId: string
    paymentId: string
    customerId: string
    invoiceId: string | undefined
    amountMinor: bigint
    currency: string
    description: string
  }): Promise<Charge>
  getCharge(gatewayPaymentId: string): Promise<Charge>
  /** The charges made for one payment of ours, when the answer to `charge` was lost longer ago than the gateway keeps keys. */
  findCharges(input: { gatewayCustomerId: string; paymentId: string }): Promise<Charge[]>
  /**
   * Sends money back, at most what was captured. The same key again gives the first refund. Throws `refund_not_begun`
   * (unavailable) when it was turned away for now and no money moved.
   */
  refund(input: {
    key: string
    gatewayPaymentId: string
    refundId: string
    amountMinor: bigint
    currency: string
  }): Promise<GatewayRefund>
  getRefund(gatewayRefundId: string): Promise<GatewayRefund>
  /** Every refund of a payment, made by us or in the gateway's dashboard. */
  listRefunds(gatewayPaymentId: string): Promise<GatewayRefund[]>
  getDispute(gatewayDisputeId: string): Promise<GatewayDispute>
  /** Opens a hosted page that saves a way to pay without charging it. `expiresAt` as for `openCheckout`. */
  openMethodSetup(input: {
    key: string
    gatewayCustomerId: string
    customerId: string
    currency: string
    successUrl: string
    cancelUrl: string
    expiresAt: Temporal.Instant
    locale: 'en' | 'de'
  }): Promise<{ sessionId: string; url: string }>
  getMethodSetup(sessionId: string): Promise<MethodSetup>
  /** The ways to pay that are attached to a customer, newest first. */
  listMethods(gatewayCustomerId: string): Promise<SavedMethod[]>
  /** Detaches a saved method; one that is detached or unknown is as good as gone. */
  forgetMethod(gatewayMethodId: string): Promise<void>
  /** A short-lived address of the gateway's own page for a customer's ways to pay and receipts. */
  openPortal(input: { gatewayCustomerId: string; returnUrl: string; locale: 'en' | 'de' }): Promise<{ url: string }>
  /** Messages made since `since` (wall clock; kept 30 days), the oldest first, for after an outage of ours. */
  listEvents(input: { since: Temporal.Instant }): AsyncIterable<GatewayEvent>
  /**
   * Proves that a message came from the gateway: signature over the raw bytes, at most 300 s old by the wall clock.
   * Throws Problem('invalid', 'webhook_refused') for anything else.
   */
  verifyEvent(rawBody: Uint8Array, signature: string | undefined): GatewayEvent
}
