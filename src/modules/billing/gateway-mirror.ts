/** What the gateway keeps and we keep a copy of. Its words are the gateway's own, as are the names of the tables. */
export const MIRRORED = [
  'customers',
  'products',
  'prices',
  'payment_intents',
  'charges',
  'refunds',
  'disputes',
  'checkout_sessions',
  'setup_intents',
  'subscriptions',
  'invoices',
  'balance_transactions',
  'events',
  // Listed for one customer at a time, so those have to be known.
  'payment_methods',
] as const
export type MirroredType = (typeof MIRRORED)[number]

/** An object just as the gateway shows it. */
export type RawObject = { [field: string]: unknown; id: string; object: string }

/** Shows the gateway's objects as they are. Throws as `PaymentGateway` does. */
export type GatewayMirror = {
  /** Up to 100, the newest first, those after `after` in that order; payment methods only `of` one customer. */
  listObjects(
    type: MirroredType,
    after: string | undefined,
    of?: string,
  ): Promise<{ objects: RawObject[]; hasMore: boolean }>
  /** Undefined when there is none; one that was deleted says so of itself. */
  getObject(type: MirroredType, id: string): Promise<RawObject | undefined>
}
