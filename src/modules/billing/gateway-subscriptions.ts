import type { IntervalUnit } from '#platform/schema.ts'

/** A subscription that the gateway bills by itself, as it stands there now. Amounts are minor units. */
export type GatewaySubscription = {
  gatewaySubscriptionId: string
  gatewayCustomerId: string
  livemode: boolean
  /** In the gateway's own words, such as `past_due`. */
  status: string
  /** Nothing more will come of it. */
  ended: boolean
  /** Whether it will bill a further period when this one is over. */
  renews: boolean
  /** The moment from which it bills nothing more, when it was told one. */
  endsAt: Temporal.Instant | undefined
  periodStart: Temporal.Instant
  periodEnd: Temporal.Instant
  /** The moment its periods are counted from. */
  anchor: Temporal.Instant
  /** What a period consists of. An agreement of ours can hold one. */
  items: GatewayItem[]
  /** What it charges by itself; undefined when it has nothing to charge. */
  gatewayMethodId: string | undefined
  /** Whether it takes the money by itself, or sends a request for it. */
  charges: boolean
  /** Its invoices are left as drafts, voided or given up until somebody goes on with it. */
  onHold: boolean
  /** Something is taken off its price. */
  discounted: boolean
  /** What is charged more often than it is agreed, such as a trial, or a change that is planned there. */
  scheduled: boolean
}

export type GatewayItem = {
  gatewayItemId: string
  quantity: number
  /** For one piece and period; undefined for what is metered or tiered. */
  unitMinor: bigint | undefined
  /** ISO 4217, upper case. */
  currency: string
  intervalUnit: Exclude<IntervalUnit, 'once'>
  intervalCount: number
  /** Tax is added on top of the price there. */
  taxOnTop: boolean
}

/** An invoice of the gateway's own for such a subscription. */
export type GatewayInvoice = {
  gatewayInvoiceId: string
  /** Its number at the gateway, once it is final. */
  number: string | undefined
  status: string
  totalMinor: bigint
  paidMinor: bigint
  currency: string
  /** Of the subscription's part in it. */
  periodStart: Temporal.Instant
  periodEnd: Temporal.Instant
  /** The gateway's page of it. */
  url: string | undefined
  paidAt: Temporal.Instant | undefined
  createdAt: Temporal.Instant
}

/** Subscriptions that the gateway bills until they are moved over. Throws as `PaymentGateway` does. */
export type GatewaySubscriptions = {
  /** Undefined when there is none. */
  getSubscription(gatewaySubscriptionId: string): Promise<GatewaySubscription | undefined>
  /**
   * Tells it to end: with the period it is in, at once, or not at all. Nothing is given back and nothing charged by that. The
   * same key again does nothing more; one that has ended stays as it is.
   */
  endSubscription(input: {
    key: string
    gatewaySubscriptionId: string
    when: 'period_end' | 'now' | 'never'
  }): Promise<GatewaySubscription>
  /** Its invoices, the newest first; at most 100. */
  listSubscriptionInvoices(gatewaySubscriptionId: string): Promise<GatewayInvoice[]>
}
