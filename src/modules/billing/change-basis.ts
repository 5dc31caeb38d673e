import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema, ServiceState } from '#platform/schema.ts'
import { ChangeDetail, readSpans } from './change-detail.ts'
import { type PaidSpan } from './prorate.ts'
import type { LegalEntity } from './seller.ts'
import { periodStart, type Subscription } from './subscription.ts'

/** The server of an agreement, as far as a change has to know it. */
type ChangedService = {
  state: ServiceState
  hostname: string
  cores: number
  memoryMb: number
  diskGb: number
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
  spans: PaidSpan[]
  service: ChangedService | undefined
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
  const spans = await readPaidSpans(db, subscription, seller, today)
  const service = await readService(db, id)
  const digest = createHash('sha256')
    .update(JSON.stringify([subscription.id, subscription.state, subscription.planId, subscription.cancelOn]))
    .update(JSON.stringify([subscription.intervalUnit, subscription.intervalCount, subscription.anchor]))
    .update(
      JSON.stringify(
        items.map(({ kind, code, choice, quantity, unitMinor }) => [kind, code, choice, quantity, String(unitMinor)]),
      ),
    )
    .update(JSON.stringify(spans.map(({ start, end, from, paidMinor }) => [start, end, from, String(paidMinor)])))
    .digest('base64url')
  return { subscription, customer, seller, items, spans, service, today, digest }
}

async function readService(db: App['db'], subscriptionId: string): Promise<ChangedService | undefined> {
  const { rows } = await sql<ChangedService>`
    select s.state, s.hostname, s.cores, s.memory_mb, s.disk_gb,
      exists (select from procedures p where p.subject_id = s.id and p.state in ('running', 'compensating', 'stuck')) as busy
    from services s where s.subscription_id = ${subscriptionId}`.execute(db)
  return rows[0]
}

/**
 * What is paid for and not over, period by period: what the last change charged where there was one, else what the paid
 * documents say, with tax where prices include it; a setup was paid once and is for no days. A period that no document of ours names was paid elsewhere, at the price agreed.
 */
async function readPaidSpans(
  db: App['db'],
  subscription: Subscription,
  seller: LegalEntity,
  today: Temporal.PlainDate,
): Promise<PaidSpan[]> {
  const { rows: lines } = await sql<{ periodStart: Temporal.PlainDate | null; paidMinor: bigint }>`
    select l.period_start, sum(l.amount_minor + case when ${seller.pricesIncludeTax} then l.tax_minor else 0 end)::bigint as paid_minor
    from invoice_lines l join invoices i on i.id = l.invoice_id
    where l.subscription_id = ${subscription.id} and i.state = 'paid' and not l.released
      and l.kind <> 'setup' and (l.period_start is not null or l.cause = 'order')
    group by l.period_start`.execute(db)
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
  const paidFor = (start: Temporal.PlainDate, first: boolean): bigint =>
    lines.find((line) => line.periodStart?.equals(start))?.paidMinor ??
    (first ? lines.find((line) => line.periodStart === null)?.paidMinor : undefined) ??
    subscription.amountMinor
  return paidPeriods(subscription, today).map(
    ({ start, end, index }) =>
      known.find((span) => span.start.equals(start) && span.end.equals(end)) ?? {
        start,
        end,
        from: start,
        paidMinor: paidFor(start, index === 0),
      },
  )
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
