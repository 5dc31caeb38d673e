import { buildCustomer, buildPaidOrder, type Buyer } from '#test/support/builders.ts'
import { buildPaidAgreement, buildSubscription, planItem } from '#test/support/billing-builders.ts'
import { buildCoupon } from '#test/support/coupon-builders.ts'
import type { TestApp } from '#test/support/test-app.ts'
import { type Interval, type ModelCustomer, newAgreement, totalOf } from './model.ts'
import type { Random } from './random.ts'

/** One who `neglects` lets the card lapse and pays in parts at best. */
export type Member = { buyer: Buyer; model: ModelCustomer; card: 'good' | 'refuses'; neglects: boolean }

const SERVER_MINOR = 900n
const MONTH: Interval = { unit: 'month', count: 1 }
const WEEK: Interval = { unit: 'week', count: 1 }
const INTERVALS: readonly Interval[] = [
  WEEK,
  { unit: 'week', count: 2 },
  { unit: 'day', count: 10 },
  { unit: 'day', count: 30 },
  MONTH,
]
/** The gateway charges nothing below half a unit: no mix of round credits may leave less than that open. */
const LEAST_LEFT = 50n

/**
 * A customer who bought a server with a card today, maybe with a coupon, and with some luck agreed to more: another thing in the
 * same currency, which shares the server's documents where they fall due together, and one in each of two other currencies.
 */
export async function joinCustomer(app: TestApp, random: Random, today: Temporal.PlainDate): Promise<Member> {
  const country = random.pick(['DE', 'HU', 'US'])
  const isAbroad = country === 'US'
  const buyer = await buildCustomer(app, { country })
  const cycles = random.pick([1, 2, 3, null])
  const share = random.pick([1_000, 2_000, 5_000])
  const hasCoupon = random.chance(0.4)
  const coupon = hasCoupon ? await buildCoupon(app, { percentBasisPoints: share, cycles }) : undefined
  await buildPaidOrder(app, { buyer, codes: coupon ? [coupon.code] : [] })
  const discount = coupon && { share: BigInt(share), left: cycles === null ? null : cycles - 1 }
  const model: ModelCustomer = {
    isAbroad,
    autoPay: true,
    refusals: 0,
    credit: new Map(),
    agreements: [
      newAgreement(today, { interval: MONTH, currency: 'EUR', priceMinor: SERVER_MINOR, hasService: true, discount }),
    ],
    documents: [],
    service: 'active',
  }
  const wanted = [
    ...(random.chance(0.5) ? [{ currency: 'EUR', interval: random.pick([MONTH, MONTH, WEEK]) }] : []),
    ...(random.chance(0.6) ? [{ currency: 'USD', interval: random.pick(INTERVALS) }] : []),
    ...(random.chance(0.4) ? [{ currency: 'GBP', interval: random.pick(INTERVALS) }] : []),
  ]
  for (const { currency, interval } of wanted) {
    const parts = partsOf(random, isAbroad, currency === 'EUR' ? SERVER_MINOR : 0n)
    const items = parts.map((unitMinor, index) => ({
      ...planItem(unitMinor),
      ...(index === 0 ? {} : { kind: 'option' as const, code: `option-${index}` }),
    }))
    const { unit, count } = interval
    const priceMinor = parts.reduce((sum, part) => sum + part, 0n)
    const build = priceMinor === 0n ? buildSubscription : buildPaidAgreement
    await build(app, { buyer, items, currency, intervalUnit: unit, intervalCount: count })
    model.agreements.push(newAgreement(today, { interval, currency, priceMinor, hasService: false }))
  }
  await app.work()
  return { buyer, model, card: 'good', neglects: random.chance(0.3) }
}

/** The prices of a plan and its options, some of them nothing at all, that make documents with a workable rest. */
function partsOf(random: Random, isAbroad: boolean, besideMinor: bigint): bigint[] {
  if (besideMinor === 0n && random.chance(0.15)) return [0n]
  for (;;) {
    const parts = Array.from({ length: random.whole(1, 3) }, () => BigInt(random.whole(2, 60)) * 100n)
    const priceMinor = parts.reduce((sum, part) => sum + part, 0n)
    const fits = (total: bigint): boolean => total % 100n === 0n || total % 100n >= LEAST_LEFT
    if (fits(totalOf(priceMinor, isAbroad)) && fits(totalOf(priceMinor + besideMinor, isAbroad))) return parts
  }
}
