import { Problem } from '#platform/problem.ts'

/** How many of Stripe's units are one of ours, where it is not one (https://docs.stripe.com/currencies). */
const stripeUnits: Record<string, { times: bigint; divided: bigint }> = {
  // No minor unit, yet written with two decimals.
  ISK: { times: 100n, divided: 1n },
  UGX: { times: 100n, divided: 1n },
  // A minor unit by law, yet written without.
  MGA: { times: 1n, divided: 100n },
}

/** The least Stripe charges, in our minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const leastCharges: Record<string, bigint> = {
  USD: 50n,
  AED: 200n,
  AUD: 50n,
  BRL: 50n,
  CAD: 50n,
  CHF: 50n,
  CZK: 1_500n,
  DKK: 250n,
  EUR: 50n,
  GBP: 30n,
  HKD: 400n,
  HUF: 17_500n,
  INR: 50n,
  JPY: 50n,
  MXN: 1_000n,
  MYR: 200n,
  NOK: 300n,
  NZD: 50n,
  PLN: 200n,
  RON: 200n,
  SEK: 300n,
  SGD: 50n,
  THB: 1_000n,
}

/** The least amount Stripe charges, in our minor units; one of them where Stripe names no least. */
export const leastStripeMinor = (currency: string): bigint => leastCharges[currency] ?? 1n

/** Three decimals, but card networks carry two: the last digit must be 0. */
const threeDecimals = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/**
 * Our minor units as Stripe's integer. Throws Problem('conflict', 'payment_refused') for an amount Stripe cannot
 * carry exactly; it is never rounded, since that would charge another amount than the invoice says.
 */
export function toStripeAmount(amountMinor: bigint, currency: string): number {
  const { times, divided } = stripeUnits[currency] ?? { times: 1n, divided: 1n }
  const amount = (amountMinor * times) / divided
  const exact = amountMinor % (threeDecimals.has(currency) ? 10n : divided) === 0n
  if (amount <= 0n || amount > BigInt(Number.MAX_SAFE_INTEGER) || !exact)
    throw new Problem(
      'conflict',
      'payment_refused',
      `An amount of ${amountMinor} ${currency} (minor units) cannot be paid by card.`,
    )
  return Number(amount)
}

/** Stripe's integer as our minor units. */
export function fromStripeAmount(amount: number, currency: string): bigint {
  const { times, divided } = stripeUnits[currency] ?? { times: 1n, divided: 1n }
  return (BigInt(amount) * divided) / times
}
