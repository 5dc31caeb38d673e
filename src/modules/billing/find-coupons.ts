import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import {
  type Coupon,
  COUPON_REFUSALS,
  type CouponLine,
  type CouponRefusal,
  type CouponUser,
  discountBy,
  refusalOf,
  ruleOfCoupon,
} from './coupon.ts'
import { normaliseCouponCode } from './coupon-code.ts'
import { type DiscountedLine, discountLines, type DiscountRule, inDeclaredOrder } from './discount.ts'

/** A coupon that holds for an order, with what it takes off what is due with it, in the order's currency. */
export type AppliedCoupon = Coupon & { rule: DiscountRule; offMinor: bigint }

const WORDS: Record<CouponRefusal, string> = {
  coupon_unknown: 'We do not know this code. Check how it is written.',
  coupon_ended: 'This code is no longer valid.',
  coupon_used_up: 'This code has been used up.',
  coupon_already_used: 'You have used this code already.',
  coupon_not_for_you: 'This code is meant for certain customers. If you are one, sign in first.',
  coupon_first_order_only: 'This code is for a first order only.',
  coupon_not_for_this: 'This code does not hold for what you chose.',
}

export const isCouponRefusal = (code: string): code is CouponRefusal =>
  COUPON_REFUSALS.some((refusal) => refusal === code)

type Input = {
  codes: readonly string[]
  /** Who orders; null for somebody who is not signed in. */
  customerId: string | null
  currency: string
  lines: readonly CouponLine[]
  /** How many codes the seller takes for one order. */
  most: number
  now: Temporal.Instant
}

/**
 * The coupons behind codes and the lines after them, in the coupons' declared order. Minor units of `currency`, as priced. What is
 * tried out costs nothing yet: its line keeps what each coupon takes off its first paid period as `discounts` alone. Under
 * the customer's lock it decides; before, it foretells. Throws a refusal of COUPON_REFUSALS naming the code as
 * `codes.N`, or `too_many_coupons`.
 */
export async function applyCoupons(
  db: App['db'],
  input: Input,
): Promise<{ coupons: AppliedCoupon[]; lines: DiscountedLine[] }> {
  const { lines, most, now } = input
  const amounts = lines.map((line) => line.amountMinor)
  const keys = [...new Set(input.codes.map(normaliseCouponCode))]
  if (keys.length === 0) return { coupons: [], lines: dueNow(lines, discountLines(amounts, [])) }
  if (keys.length > most)
    throw new Problem('invalid', 'too_many_coupons', `Use at most ${most} of these codes per order.`)
  const found = await findCoupons(db, keys, input)
  const holding = keys.map((key, index) => {
    const { coupon, user } = found.get(key) ?? { coupon: undefined, user: null }
    const refusal = refusalOf(coupon, { now, user, lines })
    if (refusal !== undefined)
      throw new Problem('conflict', refusal, WORDS[refusal], {
        issues: [{ path: `codes.${index}`, message: WORDS[refusal] }],
      })
    return coupon as Coupon & { rule: DiscountRule }
  })
  const coupons = inDeclaredOrder(holding)
  const discounted = discountLines(
    amounts,
    coupons.map((coupon) => discountBy(coupon, lines)),
  )
  const paidNow = discounted.filter((_line, index) => !lines[index]!.tried)
  return {
    coupons: coupons.map((coupon) => ({ ...coupon, offMinor: offOf(coupon.id, paidNow) })),
    lines: dueNow(lines, discounted),
  }
}

const dueNow = (lines: readonly CouponLine[], discounted: readonly DiscountedLine[]): DiscountedLine[] =>
  discounted.map((line, index) => (lines[index]!.tried ? { ...line, amountMinor: 0n, discountMinor: 0n } : line))

const offOf = (couponId: string, lines: readonly DiscountedLine[]): bigint =>
  lines
    .flatMap((line) => line.discounts)
    .filter(({ coupon }) => coupon === couponId)
    .reduce((sum, { off }) => sum + BigInt(off), 0n)

type Found = { coupon: Coupon & { rule: DiscountRule | undefined }; user: CouponUser }

async function findCoupons(
  db: App['db'],
  keys: readonly string[],
  { customerId, currency }: Input,
): Promise<Map<string, Found>> {
  const { rows } = await sql<
    Coupon & { offMinor: bigint | null; known: boolean; group: string | null; hasOrdered: boolean; usesOfThis: number }
  >`
    select c.*, a.amount_minor as off_minor, u.id is not null as known, u.customer_group as "group", coalesce(used.uses, 0) as uses_of_this,
      exists (select from orders o where o.customer_id = u.id and o.state <> 'cancelled') as has_ordered
    from coupons c
      left join coupon_amounts a on a.coupon_id = c.id and a.currency = ${currency}
      left join customers u on u.id = ${customerId}
      left join coupon_customers used on used.coupon_id = c.id and used.customer_id = u.id
    where c.code_key = any(${keys}::text[])`.execute(db)
  return new Map(
    rows.map(({ offMinor, known, group, hasOrdered, usesOfThis, ...coupon }) => [
      coupon.codeKey,
      {
        coupon: { ...coupon, rule: ruleOfCoupon(coupon, offMinor) },
        user: known ? { group, hasOrdered, usesOfThis } : null,
      },
    ]),
  )
}
