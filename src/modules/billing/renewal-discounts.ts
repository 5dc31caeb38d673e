import { type RawBuilder, sql } from 'kysely'

/**
 * The items of agreements in `due` after their live discounts: `subscription_id, position, amount, off, reasons`, and only of
 * those that have one. It is discountLines (discount.ts) as a query: a round for each discount in its order, each from what the
 * round before left; a percentage is rounded half up per line, an amount is spread by largest remainder.
 */
export const renewalDiscounts: RawBuilder<unknown> = sql`
  with recursive live as (
    select sd.subscription_id, sd.coupon_id, c.name, sd.percent_basis_points::bigint as share, sd.amount_minor as fixed,
      row_number() over (partition by sd.subscription_id order by sd.position, sd.id) as round
    from subscription_discounts sd join due d on d.id = sd.subscription_id join coupons c on c.id = sd.coupon_id
    where d.amount_minor > 0 and coalesce(sd.cycles_left, 1) > 0
  ), rounds (subscription_id, position, amount, off, reasons, round) as (
    select i.subscription_id, i.position, case when i.kind = 'plan' then coalesce(d.new_minor, i.amount_minor) else i.amount_minor end, 0::bigint,
      '[]'::jsonb, 0::bigint
    from subscription_items i join due d on d.id = i.subscription_id where i.subscription_id in (select subscription_id from live)
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
              from rounds r join live l on l.subscription_id = r.subscription_id and l.round = r.round + 1
            ) summed
          ) bounded
        ) parted
      ) ranked
    ) one_round
  )
  select distinct on (subscription_id, position) subscription_id, position, amount, off, reasons
  from rounds order by subscription_id, position, round desc`
