import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema, ServiceState } from '#platform/schema.ts'
import type { PayingLine } from './change-credit.ts'
import { ChangeDetail, readSpans, type SpanDiscount } from './change-detail.ts'
import { listPayingLines, type PayingLineOfPeriods } from './paying-lines.ts'
import type { PaidSpan } from './prorate.ts'
import { listCouponScopes, listRunningDiscounts, type RunningDiscount } from './running-discounts.ts'
import type { LegalEntity } from './seller.ts'
import { periodStart, type Subscription } from './subscription.ts'

/** The server of an agreement, as far as a change has to know it. */
type ChangedService = {
  state: ServiceState
  hostname: string
  cores: number
  memoryMb: number
  diskGb: number
  regionId: string
  /** A procedure works on it. */
  busy: boolean
}

/** How an agreement stands, as the ground on which a change of it is priced. */
export type ChangeBasis = {
  subscription: Subscription
  customer: Customer
  seller: LegalEntity
  items: Schema['subscriptionItems'][]
  /** What is paid for and not over. */
  spans: BasisSpan[]
  /** What its coupons take off at renewals. */
  discounts: RunningDiscount[]
  /** The lines of documents that paid for it, the newest document first. */
  paying: PayingLine[]
  /** Those of them that paid for periods which were given up for the present one. */
  paidBy: string[]
  service: ChangedService | undefined
  /** What it is a plan of, sold still or not, and the plan to take instead of one that is not. */
  of: { productId: string; successorId: string | null }
  /** How many of each plan the customer holds besides this one. */
  held: ReadonlyMap<string, number>
  /** In the seller's time zone. */
  today: Temporal.PlainDate
  /** Says all of the above that prices depend on, in short. */
  digest: string
}

/** Reads how an agreement of `owner` (anybody's when undefined) stands. Throws `subscription_not_found`. */
export async function readChangeBasis(
  db: App['db'],
  input: { subscriptionId: string; owner: string | undefined; now: Temporal.Instant },
): Promise<ChangeBasis> {
  const subscription = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', input.subscriptionId)
    .$if(input.owner !== undefined, (query) => query.where('customerId', '=', input.owner!))
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'subscription_not_found', 'There is no such subscription.'))
  const { id } = subscription
  const seller = await db
    .selectFrom('legalEntities')
    .selectAll()
    .where('id', '=', subscription.legalEntityId)
    .executeTakeFirstOrThrow()
  const customer = await db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', subscription.customerId)
    .executeTakeFirstOrThrow()
  const items = await db
    .selectFrom('subscriptionItems')
    .selectAll()
    .where('subscriptionId', '=', id)
    .orderBy('position')
    .execute()
  const today = input.now.toZonedDateTimeISO(seller.timeZone).toPlainDate()
  const { spans, paying, paidBy } = await readPaidSpans(db, subscription, seller, today)
  const service = await readService(db, id)
  const of = await db
    .selectFrom('plans')
    .select(['productId', 'successorId'])
    .where('id', '=', subscription.planId)
    .executeTakeFirstOrThrow()
  const held = await readHeld(db, subscription)
  const discounts = await listRunningDiscounts(db, id)
  const digest = createHash('sha256')
    .update(JSON.stringify([subscription.id, subscription.state, subscription.planId, subscription.cancelOn]))
    .update(JSON.stringify([subscription.intervalUnit, subscription.intervalCount, subscription.anchor]))
    .update(
      JSON.stringify(
        items.map(({ kind, code, choice, quantity, unitMinor }) => [kind, code, choice, quantity, String(unitMinor)]),
      ),
    )
    .update(JSON.stringify(spans.map(({ start, end, from, paidMinor }) => [start, end, from, String(paidMinor)])))
    .update(JSON.stringify(paying.map((line) => [line.id, String(line.amountMinor), String(line.taxMinor)])))
    .update(JSON.stringify(paying.map(({ documentLeftMinor }) => String(documentLeftMinor))))
    .digest('base64url')
  return { subscription, customer, seller, items, spans, discounts, paying, paidBy, service, of, held, today, digest }
}

async function readService(db: App['db'], subscriptionId: string): Promise<ChangedService | undefined> {
  const { rows } = await sql<ChangedService>`
    select s.state, s.hostname, s.cores, s.memory_mb, s.disk_gb, s.region_id,
      exists (select from procedures p where p.subject_id = s.id and p.state in ('running', 'compensating', 'stuck')) as busy
    from services s where s.subscription_id = ${subscriptionId}`.execute(db)
  return rows[0]
}

async function readHeld(db: App['db'], { id, customerId }: Subscription): Promise<Map<string, number>> {
  const { rows } = await sql<{ planId: string; count: number }>`
    select h.plan_id, count(distinct h.order_item_id)::int as count from stock_holdings h join order_items i on i.id = h.order_item_id
    where h.customer_id = ${customerId} and h.released_at is null and i.subscription_id is distinct from ${id} group by h.plan_id`.execute(
    db,
  )
  return new Map(rows.map(({ planId, count }) => [planId, count]))
}

/** A period that is paid for and not over, what paid for it, and what of that was charged without tax. */
type BasisSpan = PaidSpan & {
  /** Minor units of `paidMinor` that documents without tax say; where prices hold tax, it was taken out of them. */
  untaxedMinor: bigint
  /** A period that no document of ours names was paid elsewhere, at the price agreed. */
  hasDocument: boolean
  /** The lines that paid for it. */
  lineIds: ReadonlySet<string>
  /** The discounts it had, in their order, and what their coupons are for. */
  discounts: Omit<RunningDiscount, 'cyclesLeft'>[]
}

/**
 * What is paid for and not over, period by period: what the last change charged where there was one, else what the paid
 * documents say, with tax where prices include it; a setup was paid once and is for no days.
 */
async function readPaidSpans(
  db: App['db'],
  subscription: Subscription,
  seller: LegalEntity,
  today: Temporal.PlainDate,
): Promise<Pick<ChangeBasis, 'spans' | 'paying' | 'paidBy'>> {
  const changed = await db
    .selectFrom('changeQuotes')
    .select('detail')
    .where('subscriptionId', '=', subscription.id)
    .where('state', '=', 'applied')
    .orderBy('appliedAt', 'desc')
    .orderBy('usedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const known = changed ? readSpans(ChangeDetail.parse(changed.detail).spans) : []
  const paidBy = known.flatMap((span) => span.paidBy)
  const lines = await listPayingLines(db, subscription, { today, paidBy })
  const couponIds = [
    ...lines.flatMap(({ discounts }) => discounts.map(({ coupon }) => coupon)),
    ...known.flatMap(({ discounts }) => (discounts ?? []).map(({ couponId }) => couponId)),
  ]
  const scopes = await listCouponScopes(db, { subscriptionId: subscription.id, couponIds })
  const asHeld = ({ couponId, ...rule }: SpanDiscount) => {
    const scope = scopes.find((each) => each.couponId === couponId)
    return scope ? [{ ...scope, ...rule }] : []
  }
  const paying = new Set<PayingLineOfPeriods>()
  const spans = paidPeriods(subscription, today).map(({ start, end, index }): BasisSpan => {
    const named = lines.filter(({ periodStart: begun }) => begun?.equals(start))
    const first = index === 0 ? lines.filter((line) => line.periodStart === null && line.cause === 'order') : []
    const base = named.length > 0 ? named : first
    const changes = lines.filter((line) => line.periodStart === null && line.starts.includes(start.toString()))
    const span = known.find((one) => one.start.equals(start) && one.end.equals(end))
    const before = lines.filter(({ id }) => span?.paidBy.includes(id))
    for (const line of [...base, ...changes, ...before]) paying.add(line)
    const lineIds = new Set([...base, ...changes, ...before].map(({ id }) => id))
    const hasDocument = base.length > 0
    const discounts = (span?.discounts ?? discountsIn(base, scopes)).flatMap(asHeld)
    if (span) return { ...span, untaxedMinor: 0n, hasDocument, lineIds, discounts }
    const of = { start, end, from: start, hasDocument, lineIds, discounts }
    if (!hasDocument) return { ...of, paidMinor: subscription.amountMinor, untaxedMinor: 0n }
    const paidOf = (some: readonly PayingLine[]): bigint =>
      some.reduce((sum, line) => sum + line.paidNetMinor + (seller.pricesIncludeTax ? line.paidTaxMinor : 0n), 0n)
    const untaxedMinor = paidOf(base.filter(({ taxBasisPoints }) => taxBasisPoints === 0))
    return { ...of, paidMinor: paidOf(base), untaxedMinor }
  })
  return { spans, paying: lines.filter((line) => paying.has(line)), paidBy }
}

/** What coupons took off the lines that paid for a period: their share, or the amount these lines had of it. */
function discountsIn(
  base: readonly PayingLineOfPeriods[],
  scopes: Awaited<ReturnType<typeof listCouponScopes>>,
): SpanDiscount[] {
  const had = base.flatMap(({ discounts }) => discounts)
  return [...new Set(had.map(({ coupon }) => coupon))].map((couponId) => {
    const { percent = null, amount = null } = scopes.find((each) => each.couponId === couponId) ?? {}
    if (percent !== null) return { couponId, percent, amount: null }
    const off = had.reduce((sum, each) => sum + (each.coupon === couponId ? BigInt(each.off) : 0n), 0n)
    return { couponId, percent, amount: amount ?? String(off) }
  })
}

/** The periods that are paid for and not over, oldest first. */
function paidPeriods(
  { anchor, intervalUnit, intervalCount, currentPeriodEnd, periods }: Subscription,
  today: Temporal.PlainDate,
): { start: Temporal.PlainDate; end: Temporal.PlainDate; index: number }[] {
  const found: ReturnType<typeof paidPeriods> = []
  for (let index = periods - 1; index >= 0; index -= 1) {
    const start = periodStart(anchor, intervalUnit, intervalCount, index)
    const end = periodStart(anchor, intervalUnit, intervalCount, index + 1)
    if (Temporal.PlainDate.compare(end, today) <= 0) break
    if (Temporal.PlainDate.compare(end, currentPeriodEnd) <= 0) found.unshift({ start, end, index })
  }
  return found
}
