import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { LocalizedText } from '#modules/catalog/localized-text.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { RepricingState } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { agreementsOf } from './repriced-agreements.ts'
import type { Repricing } from './repricing.ts'

const repricingMissing = (): Problem =>
  new Problem('not_found', 'repricing_not_found', 'There is no such price change.')

export async function lockRepricing(tx: Tx, repricingId: string): Promise<Repricing> {
  return tx.db
    .selectFrom('repricings')
    .selectAll()
    .where('id', '=', repricingId)
    .forUpdate()
    .executeTakeFirstOrThrow(repricingMissing)
}

/** What a price is of, in the words of the catalogue: the plan, and the option or the choice where it is of one. */
type PartNames = { planName: LocalizedText; optionName: LocalizedText | null; choiceName: LocalizedText | null }

export type RepricingSummary = Repricing & PartNames & { agreements: number }

/** The names of the option and the choice of `repricings`, as they are in the catalogue. */
const partNames = [
  sql`(select o.name from plan_options o where o.product_id = plans.product_id and o.code = repricings.option_code)`.as(
    'optionName',
  ),
  sql`(select c.name from plan_options o join option_choices c on c.option_id = o.id
    where o.product_id = plans.product_id and o.code = repricings.option_code and c.code = repricings.choice)`.as(
    'choiceName',
  ),
] as const

const named = <T extends { planName: unknown; optionName: unknown; choiceName: unknown }>(row: T): T & PartNames => ({
  ...row,
  planName: LocalizedText.parse(row.planName),
  optionName: LocalizedText.nullable().parse(row.optionName),
  choiceName: LocalizedText.nullable().parse(row.choiceName),
})

/** Staff: price changes, newest first. */
export async function listRepricings(
  app: App,
  actor: Actor,
  filter: PageFilter & { state?: RepricingState | undefined },
): Promise<Page<RepricingSummary>> {
  requirePermission(actor, 'catalog.reprice')
  const rows = await app.db
    .selectFrom('repricings')
    .innerJoin('plans', 'plans.id', 'repricings.planId')
    .selectAll('repricings')
    .select([
      'plans.name as planName',
      ...partNames,
      sql<number>`(select count(*)::int from repricing_items i where i.repricing_id = repricings.id)`.as('agreements'),
    ])
    .$if(filter.state !== undefined, (query) => query.where('repricings.state', '=', filter.state!))
    .$if(filter.after !== undefined, (query) => query.where('repricings.id', '<', filter.after!))
    .orderBy('repricings.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const page = pageOf(rows, filter.limit)
  return { ...page, rows: page.rows.map(named) }
}

/** What a price change comes to. Minor units of one period of each agreement; excluded customers are not in the sums. */
type RepricingTotals = {
  agreements: number
  customers: number
  oldMinor: bigint
  newMinor: bigint
  excluded: number
  told: number
  applied: number
  dropped: number
  firstOn: string | null
  /** Whether a document asks for the new price, so that it cannot be taken back. */
  underWay: boolean
}

export type RepricingDetail = Repricing &
  PartNames & {
    timeZone: string
    totals: RepricingTotals
  }

/** Staff: a price change and what it comes to, as of now while it is prepared, and as announced later. Throws `repricing_not_found`. */
export async function getRepricing(app: App, actor: Actor, repricingId: string): Promise<RepricingDetail> {
  requirePermission(actor, 'catalog.reprice')
  const row = await app.db
    .selectFrom('repricings')
    .innerJoin('plans', 'plans.id', 'repricings.planId')
    .innerJoin('legalEntities', 'legalEntities.id', 'repricings.legalEntityId')
    .selectAll('repricings')
    .select(['plans.name as planName', 'legalEntities.timeZone', ...partNames])
    .where('repricings.id', '=', repricingId)
    .executeTakeFirstOrThrow(repricingMissing)
  const { rows } = await sql<RepricingTotals>`
    select count(*) filter (where not excluded)::int as agreements, count(distinct customer_id) filter (where not excluded)::int as customers,
      coalesce(sum(old_minor) filter (where not excluded), 0)::bigint as old_minor,
      coalesce(sum(new_minor) filter (where not excluded), 0)::bigint as new_minor,
      count(distinct customer_id) filter (where excluded)::int as excluded,
      count(told_at)::int as told, count(applied_at)::int as applied, count(dropped_at)::int as dropped,
      (min(first_on) filter (where not excluded))::text as first_on, coalesce(bool_or(billed_from is not null or applied_at is not null), false) as under_way
    from (${rowsOf(row)}) r`.execute(app.db)
  return { ...named(row), totals: rows[0]! }
}

/** Whom a price change is for: as things stand while it is prepared, as announced from then on. */
const rowsOf = (repricing: Repricing): RawBuilder<unknown> =>
  repricing.announcedAt === null
    ? sql`select a.id as subscription_id, a.customer_id, a.quantity, a.old_minor * a.quantity as old_minor,
        ${repricing.amountMinor}::bigint * a.quantity as new_minor, a.first_on,
        x.customer_id is not null as excluded, null::timestamptz as told_at, null::date as billed_from, null::timestamptz as applied_at,
        null::timestamptz as dropped_at
      from (${agreementsOf(repricing)}) a
        left join repricing_exclusions x on x.repricing_id = ${repricing.id} and x.customer_id = a.customer_id`
    : sql`select subscription_id, customer_id, quantity, old_minor * quantity as old_minor, new_minor * quantity as new_minor, first_on,
        false as excluded, told_at, billed_from, applied_at, dropped_at
      from repricing_items where repricing_id = ${repricing.id}`

/** How somebody stands in a price change. */
export const PAYER_VIEWS = ['more', 'less', 'excluded'] as const
export type PayerView = (typeof PAYER_VIEWS)[number]

export type Payer = {
  subscriptionId: string
  customerId: string
  customerName: string
  hostname: string | null
  /** How many pieces of what is repriced; both prices are of all of them, for one period. */
  quantity: number
  oldMinor: bigint
  newMinor: bigint
  /** The first renewal it holds for, as a day of the seller's time zone. */
  firstOn: string
  excluded: boolean
  told: boolean
  applied: boolean
  dropped: boolean
}

/** Staff: who pays what, by agreement. `search` is as for customers. Throws `repricing_not_found`. */
export async function listPayers(
  app: App,
  actor: Actor,
  filter: PageFilter & { repricingId: string; search?: string | undefined; view?: PayerView | undefined },
): Promise<Page<Payer>> {
  requirePermission(actor, 'catalog.reprice')
  const repricing = await app.db
    .selectFrom('repricings')
    .selectAll()
    .where('id', '=', filter.repricingId)
    .executeTakeFirstOrThrow(repricingMissing)
  const views = {
    more: sql`not r.excluded and r.new_minor > r.old_minor`,
    less: sql`not r.excluded and r.new_minor < r.old_minor`,
    excluded: sql`r.excluded`,
  }
  const { rows } = await sql<Payer>`
    select r.subscription_id, r.customer_id, customers.name as customer_name, v.hostname, r.quantity, r.old_minor, r.new_minor, r.first_on::text, r.excluded,
      r.told_at is not null as told, r.applied_at is not null as applied, r.dropped_at is not null as dropped
    from (${rowsOf(repricing)}) r join customers on customers.id = r.customer_id left join services v on v.subscription_id = r.subscription_id
    where ${filter.view ? views[filter.view] : sql`true`} and ${filter.search ? matchCustomer(filter.search) : sql`true`}
      and r.subscription_id > ${filter.after ?? ''}
    order by r.subscription_id limit ${filter.limit + 1}`.execute(app.db)
  return pageOf(rows, filter.limit, ({ subscriptionId }) => subscriptionId)
}

/** The price an agreement comes to, once its customer was told. Minor units as stated; of the whole agreement for one period. */
export type ComingPrice = {
  amountMinor: bigint
  from: Temporal.PlainDate
  earliestOn: Temporal.PlainDate
}

/** What is announced for an agreement and does not hold yet. The caller may see the agreement. */
export async function findComingPrice(
  db: App['db'],
  { id, amountMinor }: { id: string; amountMinor: bigint },
): Promise<ComingPrice | undefined> {
  const item = await db
    .selectFrom('repricingItems')
    .select(['oldMinor', 'newMinor', 'quantity', 'firstOn', 'earliestOn'])
    .where('subscriptionId', '=', id)
    .where('toldAt', 'is not', null)
    .where('appliedAt', 'is', null)
    .where('droppedAt', 'is', null)
    .executeTakeFirst()
  if (!item?.earliestOn) return undefined
  const { oldMinor, newMinor, quantity, firstOn, earliestOn } = item
  return { amountMinor: amountMinor + (newMinor - oldMinor) * BigInt(quantity), from: firstOn, earliestOn }
}

/** Writes to the log that somebody took the list of who pays what. Throws `permission_denied`. */
export async function recordRepricingExport(app: App, actor: Actor, input: { repricingId: string }): Promise<void> {
  requirePermission(actor, 'catalog.reprice')
  await app.transaction(actor, (tx) => tx.emit('repricing.exported', input.repricingId))
}
