import { z } from 'zod'
import type { CouponInput, CouponLimits } from '#modules/billing/save-coupon.ts'
import { currencyExponent } from '#platform/money.ts'
import type { Locale } from '#platform/i18n.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { type FormState, parseForm, typedValues } from '../ui/form-state.ts'

const MAX_COUNT = 1_000_000
const count = z.coerce.number().int().min(1).max(MAX_COUNT).optional()
const day = z.iso.date().optional()
const ids = z.array(z.string().max(40)).max(200).default([])

const limitFields = {
  name: z.string().max(100),
  maxUses: count,
  maxUsesPerCustomer: count,
  validUntil: day,
}

const couponFields = {
  ...limitFields,
  code: z.string().max(100),
  kind: z.enum(['percent', 'fixed', 'free_setup']),
  percent: z.string().max(10).optional(),
  productIds: ids,
  planIds: ids,
  intervals: z.array(z.enum(['month', 'year'])).default([]),
  customerGroup: z.string().max(60).optional(),
  firstOrderOnly: z.literal('on').optional(),
  cycles: z.coerce.number().int().min(1).max(1_000).optional(),
  priority: z.coerce.number().int().min(0).max(1_000).default(0),
  validFrom: day,
}

export const amountField = (currency: string): string => `amount${currency}`

type Parsed<T> = { ok: true; value: T } | FormState

/** The form of a draft. Days are of the seller's time zone; the last day counts whole. */
export function parseCoupon(
  form: FormData,
  { locale, currencies, timeZone }: { locale: Locale; currencies: readonly string[]; timeZone: string },
): Parsed<CouponInput> {
  const amountFields = Object.fromEntries(currencies.map((each) => [amountField(each), z.string().max(20).optional()]))
  const parsed = parseForm(z.object({ ...couponFields, ...amountFields }), form, locale)
  if (!parsed.ok) return parsed
  const words = staffCouponsMessages[locale].wrong
  const { percent, firstOrderOnly, customerGroup, cycles, priority, code, kind, productIds, planIds, intervals } =
    parsed.value
  const errors: Record<string, string> = {}
  const percentBasisPoints = kind === 'percent' ? readDecimal(percent ?? '', 2) : null
  if (kind === 'percent' && (!percentBasisPoints || percentBasisPoints > 10_000n)) errors['percent'] = words.percent
  const amounts = kind === 'fixed' ? readAmounts(form, currencies, words.amount, errors) : []
  if (kind === 'fixed' && amounts.length === 0 && currencies[0] && Object.keys(errors).length === 0)
    errors[amountField(currencies[0])] = words.amountMissing
  const validFrom = parsed.value.validFrom === undefined ? null : startOf(parsed.value.validFrom, timeZone)
  const limits = limitsOf(parsed.value, timeZone)
  if (validFrom && limits.validUntil && Temporal.Instant.compare(limits.validUntil, validFrom) <= 0)
    errors['validUntil'] = words.dates
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  return {
    ok: true,
    value: {
      ...limits,
      code,
      kind,
      productIds,
      planIds,
      intervals,
      priority,
      validFrom,
      amounts,
      percentBasisPoints: percentBasisPoints ? Number(percentBasisPoints) : null,
      customerGroup: customerGroup ?? null,
      firstOrderOnly: firstOrderOnly === 'on',
      cycles: cycles ?? null,
    },
  }
}

/** The form of a coupon that is given out. */
export function parseLimits(
  form: FormData,
  { locale, timeZone }: { locale: Locale; timeZone: string },
): Parsed<CouponLimits> {
  const parsed = parseForm(z.object(limitFields), form, locale)
  return parsed.ok ? { ok: true, value: limitsOf(parsed.value, timeZone) } : parsed
}

type Limits = z.output<z.ZodObject<typeof limitFields>>

const limitsOf = ({ name, maxUses, maxUsesPerCustomer, validUntil }: Limits, timeZone: string): CouponLimits => ({
  name,
  maxUses: maxUses ?? null,
  maxUsesPerCustomer: maxUsesPerCustomer ?? null,
  validUntil:
    validUntil === undefined
      ? null
      : startOf(Temporal.PlainDate.from(validUntil).add({ days: 1 }).toString(), timeZone),
})

const startOf = (date: string, timeZone: string): Temporal.Instant =>
  Temporal.PlainDate.from(date).toZonedDateTime(timeZone).toInstant()

function readAmounts(form: FormData, currencies: readonly string[], wrong: string, errors: Record<string, string>) {
  return currencies.flatMap((currency) => {
    const text = form.get(amountField(currency))
    if (typeof text !== 'string' || text.trim() === '') return []
    const amountMinor = readDecimal(text.trim(), currencyExponent(currency))
    if (!amountMinor) errors[amountField(currency)] = wrong
    return amountMinor ? [{ currency, amountMinor }] : []
  })
}

/** A decimal number with at most so many digits behind its point or comma, as a whole of its smallest part. */
function readDecimal(text: string, digits: number): bigint | undefined {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(text) ?? []
  if (whole === undefined || fraction.length > digits) return undefined
  return BigInt(whole + fraction.padEnd(digits, '0'))
}
