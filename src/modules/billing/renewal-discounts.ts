import { type RawBuilder, sql } from 'kysely'
import { isRepricedPart } from './repriced-agreements.ts'

/** Whether this part of an agreement `d` is billed at a new price. */
function isRepricedHere(part: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(d.repricing_item_id is not null and ${isRepricedPart(part, sql`d`)})`
}

/**
 * The parts an agreement `d` in `due` is billed for, in their order: as agreed, or as the change says that holds from that period
 * on, the plan or an option at its new price where one was announced for it (`repriced`). Minor units, as priced.
 */
export const duePartsOfD: RawBuilder<unknown> = sql`
  select position, kind, description, quantity, repriced, quantity * case when repriced then d.new_minor else unit_minor end as amount_minor
  from (
    select i.position, i.kind, i.description, i.quantity, i.unit_minor, ${isRepricedHere(sql`i`)} as repriced
    from subscription_items i where i.subscription_id = d.id and d.change_id is null
    union all
    select x.n::int - 1, x.kind, x.description, x.quantity, x.unit_minor, ${isRepricedHere(sql`x`)}
    from change_quotes c cross join lateral rows from (
      jsonb_to_recordset(c.items) as (kind invoice_line_kind, code text, choice text, description text, quantity int, "unitMinor" bigint))
      with ordinality as x (kind, code, choice, description, quantity, unit_minor, n) where c.id = d.change_id) part`

/**
 * The discounts that hold for agreements in `due`, as isInScope (coupon.ts) says: those with a period left whose coupon is for
 * the plan, the product and the interval that are billed.
 */
export const heldDiscounts: RawBuilder<unknown> = sql`
  select sd.id, sd.subscription_id, sd.coupon_id, c.name, sd.percent_basis_points::bigint as share, sd.amount_minor as fixed,
    d.change_id, d.new_minor, d.repricing_item_id, d.option_code, d.choice, row_number() over (partition by sd.subscription_id order by sd.position, sd.id) as round
  from subscription_discounts sd join due d on d.id = sd.subscription_id join coupons c on c.id = sd.coupon_id join plans p on p.id = d.plan_id
  where d.amount_minor > 0 and coalesce(sd.cycles_left, 1) > 0 and (c.product_ids = '{}' or p.product_id = any(c.product_ids))
    and (c.plan_ids = '{}' or p.id = any(c.plan_ids)) and (c.intervals = '{}' or d.interval_unit::text = any(c.intervals))`

/**
 * The parts of agreements in `due` after the discounts `held` for them: `subscription_id, position, amount, off, reasons`, and
 * only of those that have one. It is discountLines (discount.ts) as a query: a round for each discount in its order, each from
 * what the round before left; a percentage is rounded half up per line, an amount is spread by largest remainder.
 */
export const renewalDiscounts: RawBuilder<unknown> = sql`
  with recursive rounds (subscription_id, position, amount, off, reasons, round) as (
    select d.id, i.position, i.amount_minor, 0::bigint, '[]'::jsonb, 0::bigint
    from (select distinct subscription_id as id, change_id, new_minor, repricing_item_id, option_code, choice from held) d cross join lateral (${duePartsOfD}) i
    union all
    select subscription_id, position, amount - taken, off + taken,
      reasons || jsonb_build_array(jsonb_build_object('coupon', coupon_id, 'name', name, 'off', taken::text)), round
    from (
      select *, case when share is not null then (2 * amount * share + 10000) / 20000
        else part + case when rank <= wanted - spread then 1 else 0 end end as taken
      from (
        select *, row_number() over (partition by subscription_id order by rest desc, position) as rank,
          (sum(part) over (partition by subscription_id))::bigint as spread
        from (
          select *, coalesce(div(wanted::numeric * amount, nullif(whole, 0)), 0)::bigint as part,
            coalesce(mod(wanted::numeric * amount, nullif(whole, 0)), 0) as rest
          from (
            select *, least(fixed, whole) as wanted
            from (
              select r.subscription_id, r.position, r.amount, r.off, r.reasons, l.coupon_id, l.name, l.share, l.fixed, l.round,
                (sum(r.amount) over (partition by r.subscription_id))::bigint as whole
              from rounds r join held l on l.subscription_id = r.subscription_id and l.round = r.round + 1
            ) summed
          ) bounded
        ) parted
      ) ranked
    ) one_round
  )
  select distinct on (subscription_id, position) subscription_id, position, amount, off, reasons
  from rounds order by subscription_id, position, round desc`
