import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission, visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { Problem } from '#platform/problem.ts'
import type { IntervalUnit, Schema } from '#platform/schema.ts'
import { stripeMinor } from '../prove-money.ts'
import type { Subscription } from '../subscription.ts'
import { type Adoption, dayOf, requireMovable } from './adoption.ts'

/** What of the gateway's subscriptions a list shows: those that are not adopted, that the gateway bills, that we bill since. */
export const GATEWAY_VIEWS = ['new', 'adopted', 'moved'] as const
type GatewayView = (typeof GATEWAY_VIEWS)[number]

/** How they stand at the gateway, in its words. */
export const GATEWAY_STATUSES = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'canceled',
] as const
type GatewayStatus = (typeof GATEWAY_STATUSES)[number]

export type GatewaySubscriptionRow = {
  id: string
  gatewayCustomerId: string
  email: string | null
  name: string | null
  status: string
  ending: boolean
  /** ISO 4217, upper case; minor units of it for a period, before tax that is added there. */
  currency: string
  amountMinor: bigint
  items: number
  intervalUnit: IntervalUnit | null
  intervalCount: number | null
  periodEnd: Temporal.Instant | null
  createdAt: Temporal.Instant
  /** The agreement it is, once adopted; else the customer it probably belongs to. */
  subscriptionId: string | null
  customerId: string | null
  customerName: string | null
  /** What it is asked to do, and whether it can be moved over as it stands. */
  wish: Adoption['wish']
  movable: boolean
}

export type GatewaySubscriptionFilter = PageFilter & {
  view: GatewayView
  status?: GatewayStatus | undefined
  /** Only what is not paid there as agreed, of what is adopted. */
  late?: boolean | undefined
  /** An id there, or a part of the name or email that the gateway has. */
  search?: string | undefined
  oldestFirst?: boolean | undefined
}

/** Staff: subscriptions in our copy of what the gateway keeps, the newest first unless told. */
export async function listGatewaySubscriptions(
  app: App,
  actor: Actor,
  filter: GatewaySubscriptionFilter,
): Promise<Page<GatewaySubscriptionRow>> {
  requirePermission(actor, 'payment.read')
  const { view, status, late, after, oldestFirst, limit } = filter
  const search = filter.search?.trim().toLowerCase()
  const like = `%${search?.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const found =
    search === undefined
      ? sql`true`
      : /^(sub|cus)_\w+$/.test(search)
        ? sql`lower(${search}) in (lower(s.id), lower(s.customer))`
        : sql`(lower(c.data->>'email') like ${like} or lower(c.data->>'name') like ${like})`
  const inView = {
    new: sql`a.id is null`,
    adopted: sql`a.billed_by = 'gateway' and a.state <> 'cancelled'`,
    moved: sql`a.billed_by = 'us'`,
  }[view]
  const inStatus =
    status === undefined
      ? view === 'new'
        ? sql`s.status not in ('canceled', 'incomplete_expired')`
        : sql`true`
      : sql`s.status = ${status}`
  const from =
    after === undefined
      ? sql`true`
      : sql`(s.created, s.id) ${oldestFirst ? sql`>` : sql`<`} (select f.created, f.id from stripe.subscriptions f where f.id = ${after})`
  const direction = oldestFirst ? sql`asc` : sql`desc`
  const { rows } = await sql<GatewaySubscriptionRow>`
    select s.id, s.customer as gateway_customer_id, c.data->>'email' as email, c.data->>'name' as name, s.status, s.created as created_at,
      not coalesce(o.renews, not coalesce((s.data->>'cancel_at_period_end')::boolean, false)) as ending, upper(s.currency) as currency,
      i.amount_minor, i.items, i.interval_unit, i.interval_count, i.period_end, a.id as subscription_id,
      k.id as customer_id, k.name as customer_name, o.wish,
      coalesce(a.billed_by = 'gateway' and a.state = 'active' and a.cancel_on is null and o.renews and o.wish is null and o.cannot_move is null
        and (o.period_end at time zone e.time_zone)::date = a.current_period_end, false) as movable
    from stripe.subscriptions s
      left join stripe.customers c on c.id = s.customer
      left join subscriptions a on a.gateway_subscription_id = s.id
      left join adoptions o on o.subscription_id = a.id
      left join legal_entities e on e.id = a.legal_entity_id
      left join gateway_customers l on l.gateway = 'stripe' and l.gateway_customer_id = s.customer
      left join customers k on k.id = coalesce(a.customer_id, l.customer_id, (
        select m.id from customers m where lower(m.email) = lower(c.data->>'email') and m.closed_at is null order by m.id limit 1))
      cross join lateral (
        select coalesce(sum(${stripeMinor(`coalesce((t#>>'{price,unit_amount}')::bigint, 0)`, 's.currency')} * coalesce((t->>'quantity')::bigint, 1)), 0)::bigint as amount_minor,
          count(*)::int as items, min(t#>>'{price,recurring,interval}') as interval_unit, min((t#>>'{price,recurring,interval_count}')::int) as interval_count,
          to_timestamp(min((t->>'current_period_end')::float8)) as period_end
        from jsonb_array_elements(s.data->'items'->'data') as t) i
    where not s.deleted and ${inView} and ${inStatus} and ${late ? sql`a.state = 'past_due'` : sql`true`} and ${found} and ${from}
    order by s.created ${direction}, s.id ${direction} limit ${limit + 1}`.execute(app.db)
  return pageOf(rows, limit)
}

/** What is known of an adopted agreement at the gateway. */
export type AdoptionDetail = {
  adoption: Adoption
  /** The gateway's own invoices for it, the newest first. */
  invoices: Schema['gatewayInvoices'][]
  /** Why it cannot be moved over as it stands; undefined when it can. */
  obstacle: Problem | undefined
  /** Whether a move can be taken back: its last period there is not over. */
  undoable: boolean
}

const INVOICES = 50

/** How an agreement stands at the gateway, for who may see it; undefined for one that was never there. */
export async function findAdoption(
  app: App,
  actor: Actor,
  subscription: Subscription,
): Promise<AdoptionDetail | undefined> {
  if (subscription.gatewaySubscriptionId === null) return undefined
  const owner = visibleWith(actor, 'invoice.read')
  const adoption = await app.db
    .selectFrom('adoptions')
    .innerJoin('subscriptions', 'subscriptions.id', 'adoptions.subscriptionId')
    .innerJoin('legalEntities', 'legalEntities.id', 'subscriptions.legalEntityId')
    .selectAll('adoptions')
    .select('legalEntities.timeZone')
    .where('adoptions.subscriptionId', '=', subscription.id)
    .$if(owner !== undefined, (query) => query.where('adoptions.customerId', '=', owner!))
    .executeTakeFirst()
  if (!adoption) return undefined
  const invoices = await app.db
    .selectFrom('gatewayInvoices')
    .selectAll()
    .where('subscriptionId', '=', subscription.id)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(INVOICES)
    .execute()
  const today = dayOf(app.clock.now(), adoption.timeZone)
  return {
    adoption,
    invoices,
    obstacle: requireMovable(subscription, adoption, dayOf(adoption.periodEnd, adoption.timeZone)),
    undoable:
      subscription.billedBy === 'us' &&
      subscription.state !== 'cancelled' &&
      adoption.endedAt === null &&
      adoption.wish === null &&
      adoption.movedFrom !== null &&
      Temporal.PlainDate.compare(today, adoption.movedFrom) < 0,
  }
}
