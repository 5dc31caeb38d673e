import type { Customer } from '#modules/accounts/customer.ts'
import { euVatNumber } from '#modules/accounts/vat-number.ts'
import type { Schema } from '#platform/schema.ts'

export type TaxProfile = Schema['taxProfiles']

const MINUTE = 60
const LONGEST_PAUSE = 6 * 60 * MINUTE
const PATIENCE_DAYS = 3
const AGAIN_DAYS = 1

/** How far the proof of a VAT number is, as people are told. */
export type VatState =
  /** There is no number of the EU to prove. */
  | 'none'
  | 'checking'
  | 'confirmed'
  | 'invalid'
  /** The registry gave no answer so far; it is asked again. */
  | 'unreachable'
  /** Nor did it for three days; it is asked again when somebody says so. */
  | 'given_up'

export function vatStateOf(
  customer: Pick<Customer, 'country' | 'vatId'>,
  profile: Pick<TaxProfile, 'vatNumber' | 'outcome' | 'confirmedAt' | 'checkDueAt'> | undefined,
): VatState {
  if (!euVatNumber(customer)) return 'none'
  if (!profile || profile.vatNumber !== customer.vatId) return 'checking'
  if (profile.confirmedAt !== null) return 'confirmed'
  if (profile.outcome === 'invalid') return 'invalid'
  if (profile.outcome === null) return 'checking'
  return profile.checkDueAt === null ? 'given_up' : 'unreachable'
}

type Asked = Pick<
  TaxProfile,
  'outcome' | 'checkedAt' | 'confirmedAt' | 'askedSince' | 'attempts' | 'checkDueAt' | 'updatedAt'
>

/**
 * What an answer makes of a profile. "Valid" counts until the proof is as old as we believe it, then it is asked for again;
 * "not valid" is final. No answer is asked for again after 1 minute, then twice as long up to 6 hours, for three days; a
 * proof from before stands meanwhile, and afterwards too unless we are to `charge`.
 */
export function afterAnswer(
  profile: Asked,
  outcome: 'valid' | 'invalid' | 'unknown',
  { now, cacheDays, whenUnavailable }: { now: Temporal.Instant; cacheDays: number; whenUnavailable: 'keep' | 'charge' },
): Asked {
  const base = { outcome, checkedAt: now, updatedAt: now }
  const inDays = (days: number): Temporal.Instant => now.add({ hours: days * 24 })
  if (outcome === 'valid')
    return { ...base, confirmedAt: now, askedSince: null, attempts: 0, checkDueAt: inDays(cacheDays) }
  if (outcome === 'invalid') return { ...base, confirmedAt: null, askedSince: null, attempts: 0, checkDueAt: null }
  const askedSince = profile.askedSince ?? now
  const attempts = profile.attempts + 1
  const pause = Math.min(MINUTE * 2 ** Math.min(attempts - 1, 20), LONGEST_PAUSE)
  const isOver = Temporal.Instant.compare(askedSince.add({ hours: PATIENCE_DAYS * 24 }), now) <= 0
  if (!isOver)
    return { ...base, confirmedAt: profile.confirmedAt, askedSince, attempts, checkDueAt: now.add({ seconds: pause }) }
  const keeps = profile.confirmedAt !== null && whenUnavailable === 'keep'
  return {
    ...base,
    confirmedAt: keeps ? profile.confirmedAt : null,
    askedSince: null,
    attempts: 0,
    checkDueAt: keeps ? inDays(AGAIN_DAYS) : null,
  }
}
