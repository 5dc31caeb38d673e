import { formatMoney } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import type { Invoice } from './invoice.ts'
import type { PaymentGateway } from './payment-gateway.ts'

type Least = Pick<PaymentGateway, 'leastMinor'>
type Owed = Pick<Invoice, 'totalMinor' | 'paidMinor' | 'currency' | 'purpose'>

/** What may be paid of a document at once: all that is open, or a part from the least to the most. Minor units. */
export type PartLimits = { openMinor: bigint; leastMinor: bigint; mostMinor: bigint }

/**
 * The part of a document that a gateway takes: not less than it charges, and no more than leaves a rest it charges too.
 * Undefined where no part fits, or for credit that is bought, which is there once it is paid.
 */
export function partLimits(gateway: Least, { totalMinor, paidMinor, currency, purpose }: Owed): PartLimits | undefined {
  const openMinor = totalMinor - paidMinor
  const leastMinor = gateway.leastMinor(currency)
  const mostMinor = openMinor - leastMinor
  return purpose === 'topup' || mostMinor < leastMinor ? undefined : { openMinor, leastMinor, mostMinor }
}

/** Why an amount cannot be paid of what is open; undefined when it can. Minor units. */
export function refusePart(
  amountMinor: bigint,
  { openMinor, leastMinor, mostMinor }: PartLimits,
): 'too_small' | 'too_much' | 'rest_too_small' | undefined {
  if (amountMinor === openMinor) return undefined
  if (amountMinor > openMinor) return 'too_much'
  if (amountMinor < leastMinor) return 'too_small'
  return amountMinor > mostMinor ? 'rest_too_small' : undefined
}

/** Refuses an amount that is neither all that is open nor a part that fits. Throws `payment_part_invalid`. */
export function requirePart(gateway: Least, invoice: Owed, amountMinor: bigint): void {
  const openMinor = invoice.totalMinor - invoice.paidMinor
  const limits = partLimits(gateway, invoice)
  if (amountMinor === openMinor || (limits && refusePart(amountMinor, limits) === undefined)) return
  const money = (minor: bigint): string => formatMoney(minor, invoice.currency, 'en')
  const all = money(openMinor)
  const message = limits
    ? `Pay ${all}, or a part from ${money(limits.leastMinor)} to ${money(limits.mostMinor)}.`
    : `This is paid at once: ${all}.`
  throw new Problem('invalid', 'payment_part_invalid', message, { issues: [{ path: 'amountMinor', message }] })
}
