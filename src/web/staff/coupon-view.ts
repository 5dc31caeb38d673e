import type { App } from '#app/app.ts'
import type { CouponDetail } from '#modules/billing/coupons-queries.ts'
import { getSellerTimeZone } from '#modules/billing/seller.ts'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { formatMoney, formatNumber, type Locale } from '#platform/i18n.ts'
import { toDecimal } from '#platform/money.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { amountField } from './coupon-form.ts'

/** What a coupon takes off, in words. */
export function offWords(
  { kind, percentBasisPoints, amounts }: Pick<CouponDetail, 'kind' | 'percentBasisPoints' | 'amounts'>,
  locale: Locale,
): string {
  const words = staffCouponsMessages[locale].off
  if (kind === 'percent') return words.percent(formatNumber((percentBasisPoints ?? 0) / 100, locale))
  if (kind === 'free_setup') return words.setup
  return amounts.map(({ currency, amountMinor }) => formatMoney(amountMinor, currency, locale)).join(' / ')
}

/** What a coupon may be narrowed to, as choices of a form. */
export async function readChoices(app: App, locale: Locale) {
  const [catalog, timeZone] = await Promise.all([getCatalog(app), getSellerTimeZone(app)])
  return {
    currencies: catalog.currencies,
    timeZone,
    products: catalog.products.map(({ id, name }) => ({ value: id, label: name[locale] })),
    plans: catalog.products
      .flatMap((product) => product.plans)
      .map(({ id, name }) => ({ value: id, label: name[locale] })),
  }
}
export type Choices = Awaited<ReturnType<typeof readChoices>>

/** A coupon as the fields of its form. Days are of the seller's time zone. */
export function fieldsOf(coupon: CouponDetail, timeZone: string) {
  const dayOf = (at: Temporal.Instant | null): string | undefined =>
    at?.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  return {
    texts: {
      code: coupon.code,
      name: coupon.name,
      kind: coupon.kind,
      percent: coupon.percentBasisPoints === null ? undefined : String(coupon.percentBasisPoints / 100),
      customerGroup: coupon.customerGroup ?? undefined,
      cycles: coupon.cycles ?? undefined,
      maxUses: coupon.maxUses ?? undefined,
      maxUsesPerCustomer: coupon.maxUsesPerCustomer ?? undefined,
      priority: coupon.priority,
      validFrom: dayOf(coupon.validFrom),
      validUntil: dayOf(coupon.validUntil && coupon.validUntil.subtract({ seconds: 1 })),
      ...Object.fromEntries(
        coupon.amounts.map(({ currency, amountMinor }) => [amountField(currency), toDecimal(amountMinor, currency)]),
      ),
    } as Record<string, string | number | undefined>,
    ticked: [...coupon.productIds, ...coupon.planIds, ...coupon.intervals],
    firstOrderOnly: coupon.firstOrderOnly,
  }
}
export type CouponFields = ReturnType<typeof fieldsOf>

/** What a coupon is narrowed to, in words; a plan that is sold no longer by its id. Empty when it holds for everything. */
export function scopeWords(
  { productIds, planIds, intervals }: Pick<CouponDetail, 'productIds' | 'planIds' | 'intervals'>,
  { products, plans }: Choices,
  locale: Locale,
): string[] {
  const named = new Map([...products, ...plans].map(({ value, label }) => [value, label]))
  const words: Record<string, string> = staffCouponsMessages[locale].intervals
  return [
    ...[...productIds, ...planIds].map((id) => named.get(id) ?? id),
    ...intervals.map((each) => words[each] ?? each),
  ]
}
