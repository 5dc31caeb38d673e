import { formatNumber } from '#platform/i18n.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import type { CouponData } from './coupon-page.tsx'
import { FactList } from './fact-list.tsx'

/** All that a coupon says, beside what became of it. */
export function CouponTerms({ coupon }: { coupon: CouponData['coupon'] }) {
  const words = useMessages(staffCouponsMessages)
  const common = useMessages(staffMessages)
  const locale = useLocale()
  const uses = formatNumber(coupon.uses, locale)
  const atMost = (most: number | null): string => (most === null ? words.noLimit : formatNumber(most, locale))
  return (
    <Card title={words.terms}>
      <FactList
        facts={[
          { label: words.takesOff, value: coupon.off },
          { label: words.duration, value: words.cycles(coupon.cycles) },
          { label: words.scope, value: coupon.scope.length === 0 ? words.everything : coupon.scope.join(', ') },
          {
            label: words.uses,
            value: coupon.maxUses === null ? uses : words.usesOf(uses, formatNumber(coupon.maxUses, locale)),
          },
          { label: words.perCustomer, value: atMost(coupon.maxUsesPerCustomer) },
          { label: words.group, value: coupon.customerGroup ?? words.everybody },
          ...(coupon.firstOrderOnly ? [{ label: words.order, value: words.firstOrder }] : []),
          {
            label: words.from,
            value: coupon.validFrom ? <Time at={coupon.validFrom} format="dateTime" /> : words.now,
          },
          {
            label: words.until,
            value: coupon.validUntil ? <Time at={coupon.validUntil} format="dateTime" /> : words.openEnd,
          },
          { label: words.priority, value: String(coupon.priority) },
          { label: common.created, value: <Time at={coupon.createdAt} format="dateTime" /> },
        ]}
      />
    </Card>
  )
}
