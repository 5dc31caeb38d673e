import { buildCustomer, buildPaidOrder } from '#test/support/builders.ts'
import { buildPaidAgreement, buildSubscription, planItem } from '#test/support/billing-builders.ts'
import { buildCoupon } from '#test/support/coupon-builders.ts'
import type { TestApp } from '#test/support/test-app.ts'
import { type Member, STARTER } from './member.ts'
import {
  afterCoupon,
  type Interval,
  type ModelAgreement,
  type ModelCustomer,
  newAgreement,
  newDocument,
  notePaying,
  spanOf,
  sum,
  totalOf,
} from './model.ts'
import type { Random } from './random.ts'

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
export async function joinCustomer(
  app: TestApp,
  random: Random,
  { today, disputesSuspend }: { today: Temporal.PlainDate; disputesSuspend: boolean },
): Promise<Member> {
  const country = random.pick(['DE', 'HU', 'US'])
  const buyer = await buildCustomer(app, { country })
  const model: ModelCustomer = {
    isAbroad: country === 'US',
    autoPay: true,
    refusals: 0,
    disputesSuspend,
    credit: new Map(),
    agreements: [],
    documents: [],
    payments: [],
    refunds: [],
    isTerminated: false,
    suspensions: new Set(),
  }
  const member: Member = { buyer, model, card: 'good', neglects: random.chance(0.3), server: STARTER, diary: [] }
  await buyServer(app, random, member, today)
  const wanted = [
    ...(random.chance(0.5) ? [{ currency: 'EUR', interval: random.pick([MONTH, MONTH, WEEK]) }] : []),
    ...(random.chance(0.6) ? [{ currency: 'USD', interval: random.pick(INTERVALS) }] : []),
    ...(random.chance(0.4) ? [{ currency: 'GBP', interval: random.pick(INTERVALS) }] : []),
  ]
  for (const { currency, interval } of wanted) {
    const parts = partsOf(random, model.isAbroad, currency === 'EUR' ? SERVER_MINOR : 0n)
    const items = parts.map((unitMinor, index) => ({
      ...planItem(unitMinor),
      ...(index === 0 ? {} : { kind: 'option' as const, code: `option-${index}` }),
    }))
    const { unit: intervalUnit, count: intervalCount } = interval
    const build = sum(parts) === 0n ? buildSubscription : buildPaidAgreement
    await build(app, { buyer, items, currency, intervalUnit, intervalCount })
    const agreement = newAgreement(today, { interval, currency, parts, hasService: false })
    model.agreements.push(agreement)
    if (sum(parts) > 0n) payFirst(model, agreement, 0n)
  }
  await app.work()
  return member
}

async function buyServer(
  app: TestApp,
  random: Random,
  { buyer, model }: Member,
  today: Temporal.PlainDate,
): Promise<void> {
  const cycles = random.pick([1, 2, 3, null])
  const share = random.pick([1_000, 2_000, 5_000])
  const coupon = random.chance(0.4) ? await buildCoupon(app, { percentBasisPoints: share, cycles }) : undefined
  await buildPaidOrder(app, { buyer, codes: coupon ? [coupon.code] : [] })
  const discount = coupon && { share: BigInt(share), left: cycles === null ? null : cycles - 1 }
  const agreed = { interval: MONTH, currency: 'EUR', parts: [SERVER_MINOR], hasService: true, discount }
  const agreement = newAgreement(today, agreed)
  model.agreements.push(agreement)
  const document = payFirst(model, agreement, coupon ? BigInt(share) : 0n)
  const { currency, totalMinor: amountMinor } = document
  model.payments.push({
    currency,
    amountMinor,
    refundedMinor: 0n,
    document,
    correctedMinor: 0n,
    dispute: undefined,
  })
}

/** The first period is paid for by a document of its own. */
function payFirst(model: ModelCustomer, agreement: ModelAgreement, share: bigint) {
  const { currency, start, end, parts } = agreement
  const line = { agreement, parts: afterCoupon(parts, share), share, start, end }
  const document = newDocument(model, { purpose: 'order', currency, dueOn: start, lines: [line] })
  document.state = 'paid'
  document.paidMinor = document.totalMinor
  model.documents.push(document)
  agreement.spans.push(spanOf(model, document, line))
  notePaying(document)
  return document
}

/** The prices of a plan and its options, some of them nothing at all, that make documents with a workable rest. */
function partsOf(random: Random, isAbroad: boolean, besideMinor: bigint): bigint[] {
  if (besideMinor === 0n && random.chance(0.15)) return [0n]
  for (;;) {
    const parts = Array.from({ length: random.whole(1, 3) }, () => BigInt(random.whole(2, 60)) * 100n)
    const priceMinor = sum(parts)
    const fits = (total: bigint): boolean => total % 100n === 0n || total % 100n >= LEAST_LEFT
    if (fits(totalOf(priceMinor, isAbroad)) && fits(totalOf(priceMinor + besideMinor, isAbroad))) return parts
  }
}
