import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import { ChangedItems } from './change-detail.ts'
import { isAsAnnounced } from './repriced-agreements.ts'
import { afterDiscounts, type RunningDiscount } from './running-discounts.ts'
import { sellerAt } from './seller.ts'
import { taxDocument } from './tax.ts'
import { taxBuyerOf } from './tax-buyer.ts'
import type { TaxBuyer } from './tax.ts'

/** What an agreement costs next. Minor units with tax, and the coupons that take something off; `cyclesLeft` counts it. */
export type NextRenewal = { totalMinor: bigint; coupons: { name: string; cyclesLeft: number | null }[] }

type Part = { kind: string; code: string | null; choice: string | null; quantity: number; unitMinor: string }

type Row = {
  id: string
  customerId: string
  currency: string
  billedUntil: Temporal.PlainDate
  /** The day its document will be made, in the seller's time zone. */
  madeOn: Temporal.PlainDate
  billed: bigint | null
  items: Part[]
  /** What a part costs from then on, for one piece, where a new price was announced; the plan where it names no option. */
  repriced: { unitMinor: string; optionCode: string | null; choice: string | null } | null
  changed: unknown
  productId: string
  planId: string
  intervalUnit: string
  discounts: RunningDiscount[]
  buyer: TaxBuyer
  version: bigint
}

/**
 * What the next renewals of these agreements will charge, to the cent: what their document says once there is one; else at the
 * price agreed from that day on, less the discounts that hold, taxed as of the day it is due, together with
 * what is made and due with it, because tax is of the whole document. The rules are those of renewCustomers. One that ends
 * with its period costs nothing more. What the gateway bills costs what it charges there. The caller may see them.
 */
export async function nextRenewals(app: App, subscriptionIds: readonly string[]): Promise<Map<string, NextRenewal>> {
  const rows = await readRenewing(app, subscriptionIds)
  const next = await readBilledByGateway(app, subscriptionIds)
  const documents = Map.groupBy(rows, (row) =>
    [row.customerId, row.currency, row.billedUntil, row.madeOn, row.billed === null ? '' : row.id].join(' '),
  )
  for (const together of documents.values()) {
    const [{ billed, version, buyer, billedUntil, id }] = together as [Row]
    if (billed !== null) {
      next.set(id, { totalMinor: billed, coupons: [] })
      continue
    }
    const { entity, treatment } = await sellerAt(app, app.db, version, buyer, app.clock.now(), billedUntil)
    const priced = together.map((row) => ({ row, ...priceOf(row) }))
    const taxed = taxDocument(
      priced.flatMap(({ amounts }) => amounts),
      treatment,
      entity.pricesIncludeTax,
    )
    let place = 0
    for (const { row, amounts, coupons } of priced) {
      const lines = amounts.map((_amount, index) => taxed.net[place + index]! + taxed.tax[place + index]!)
      place += amounts.length
      next.set(row.id, { totalMinor: lines.reduce((sum, line) => sum + line, 0n), coupons })
    }
  }
  return next
}

/** What the gateway charges next for those of them that it bills and renews. */
async function readBilledByGateway(app: App, subscriptionIds: readonly string[]): Promise<Map<string, NextRenewal>> {
  const { rows } = await sql<{ id: string; totalMinor: bigint }>`
    select s.id, a.amount_minor as total_minor from subscriptions s join adoptions a on a.subscription_id = s.id
    where s.id = any(${[...subscriptionIds]}::text[]) and s.billed_by = 'gateway' and s.state <> 'cancelled' and s.cancel_on is null`.execute(
    app.db,
  )
  return new Map(rows.map(({ id, totalMinor }) => [id, { totalMinor, coupons: [] }]))
}

/** The lines of an agreement as they will be billed, after its discounts and before tax, as priced. */
function priceOf(row: Row): { amounts: bigint[]; coupons: NextRenewal['coupons'] } {
  const agreed: readonly Part[] = row.changed === null ? row.items : ChangedItems.parse(row.changed)
  const listed = agreed.map((part) => BigInt(unitOf(part, row.repriced)) * BigInt(part.quantity))
  const { amounts, held } = afterDiscounts(listed, row.discounts, { ...row, interval: row.intervalUnit })
  // What costs nothing moves on without a document, and uses up no discount.
  const charged = listed.some((amount) => amount > 0n)
  return {
    amounts: charged ? amounts : [],
    coupons: held.map(({ name, cyclesLeft }) => ({ name, cyclesLeft })),
  }
}

/** What one piece of a part costs: the new price if it is the part that has one. */
function unitOf({ kind, code, choice, unitMinor }: Part, repriced: Row['repriced']): string {
  if (repriced === null) return unitMinor
  const { optionCode } = repriced
  const isIt =
    optionCode === null ? kind === 'plan' : kind === 'option' && code === optionCode && choice === repriced.choice
  return isIt ? repriced.unitMinor : unitMinor
}

/** These agreements, and what will be on a document with them, in the order of its lines. */
async function readRenewing(app: App, subscriptionIds: readonly string[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with wanted as (
      select id, customer_id, currency, billed_until, next_billing_on from subscriptions where id = any(${[...subscriptionIds]}::text[])
    ), renewing as (
      select s.* from subscriptions s where s.billed_by = 'us' and s.state <> 'cancelled' and s.interval_unit::text <> 'once' and (s.cancel_on is null or s.cancel_on > s.current_period_end)
        and (s.id in (select id from wanted) or s.next_billing_on is not null and (s.customer_id, s.currency, s.billed_until, s.next_billing_on)
          in (select customer_id, currency, billed_until, next_billing_on from wanted))
    )
    select s.id, s.customer_id, s.currency, s.billed_until, s.interval_unit,
      greatest(coalesce(s.next_billing_on, s.billed_until - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count, s.periods, s.trial_ends_on)),
        (${app.clock.now()}::timestamptz at time zone e.time_zone)::date) as made_on,
      (select sum(l.amount_minor + l.tax_minor)::bigint from invoice_lines l
        where l.subscription_id = s.id and l.period_start = s.current_period_end and not l.released) as billed,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'code', i.code, 'choice', i.choice, 'quantity', i.quantity,
          'unitMinor', i.unit_minor::text) order by i.position), '[]')
        from subscription_items i where i.subscription_id = s.id) as items,
      c.items as changed, n.repriced, p.id as plan_id, p.product_id,
      (select coalesce(jsonb_agg(jsonb_build_object('couponId', d.coupon_id, 'name', u.name, 'percent', d.percent_basis_points,
          'amount', d.amount_minor::text, 'cyclesLeft', d.cycles_left, 'productIds', u.product_ids, 'planIds', u.plan_ids,
          'intervals', u.intervals) order by d.position, d.id), '[]')
        from subscription_discounts d join coupons u on u.id = d.coupon_id
        where d.subscription_id = s.id and coalesce(d.cycles_left, 1) > 0) as discounts,
      ${taxBuyerOf('customers')} as buyer, ${offerVersion} as version
    from renewing s join customers on customers.id = s.customer_id join legal_entities e on e.id = s.legal_entity_id
      left join change_quotes c on c.subscription_id = s.id and c.state = 'scheduled' and c.starts_on <= s.billed_until
      join plans p on p.id = coalesce(c.plan_id, s.plan_id)
      left join lateral (
        select jsonb_build_object('unitMinor', i.new_minor::text, 'optionCode', i.option_code, 'choice', i.choice) as repriced
        from repricing_items i join repricings r on r.id = i.repricing_id
        where i.subscription_id = s.id and i.applied_at is null and i.dropped_at is null and i.earliest_on <= s.billed_until
          and ${isAsAnnounced(sql`c`)}) n on true
    order by s.id`.execute(app.db)
  return rows
}
