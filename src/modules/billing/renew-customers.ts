import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { lowestId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCreditLater } from './apply-credit.ts'
import { claimRepricings } from './apply-repricings.ts'
import { duePartsOfD, heldDiscounts, renewalDiscounts } from './renewal-discounts.ts'
import { sellerParty, type LegalEntity } from './seller.ts'
import {
  chunkTaxes,
  componentsOf,
  documentsOfLines,
  type DueRange,
  insertTaxes,
  partyOf,
  taxedLines,
  treatmentsOf,
} from './renewal-tax.ts'
import type { TaxRule } from './tax.ts'

export type Renewing = {
  seller: LegalEntity
  rules: readonly TaxRule[]
  /** In the seller's time zone. */
  today: Temporal.PlainDate
  /** The first day of dunning, in days after the due day. */
  firstDunningDay: number | null
}

type Made = {
  id: string
  customerId: string
  currency: string
  totalMinor: bigint
  dueOn: string
  lines: number
  hasCredit: boolean
}

/**
 * Bills the next period of everything of these customers whose time for it has come: one document per customer, currency and
 * due day, at the price agreed, or agreed or announced from that day on, less the discounts that still hold, taxed as of their due day. What costs nothing moves on without a document. Set-based, as one statement
 * per chunk; a period that is billed already cannot be billed again.
 */
export async function renewCustomers(
  tx: Tx,
  renewing: Renewing,
  customerIds: readonly string[],
  range: DueRange,
): Promise<void> {
  const { today, seller } = renewing
  const taxes = await chunkTaxes(tx.db, { ...renewing, range }, customerIds)
  const repriced = await claimRepricings(tx, { customerIds, today, legalEntityId: seller.id })
  const secret = randomUUID()
  const { rows } = await sql<Made>`
    with treatments as materialized (${treatmentsOf(taxes)}
    ), components as materialized (${componentsOf(taxes)}
    ), ${duePeriods(tx, renewing, customerIds, repriced)}, held as (${heldDiscounts}), discounted as (${renewalDiscounts}), counted as (
      update subscription_discounts sd set cycles_left = sd.cycles_left - 1 from held h where sd.id = h.id and sd.cycles_left > 0
    ), priced as (
      select d.customer_id, d.currency, d.period_start, d.period_end, d.id as subscription_id, i.kind, i.description, i.quantity,
        coalesce(o.amount, i.amount_minor) as priced, coalesce(o.off, 0) as off, o.reasons, case when i.repriced then d.repricing_item_id end as repricing,
        row_number() over doc - 1 as position, (sum(coalesce(o.amount, i.amount_minor)) over whole)::bigint as doc_priced, t.*
      from due d
        cross join lateral (${duePartsOfD}) i
        left join discounted o on o.subscription_id = d.id and o.position = i.position
        join (select customer_id as taxed_customer, from_day, to_day, place, parts, first, second, compound, shown from treatments) t on t.taxed_customer = d.customer_id
          and d.period_start >= t.from_day and d.period_start < t.to_day
      where d.amount_minor > 0
      window whole as (partition by d.customer_id, d.currency, d.period_start), doc as (whole order by d.id, i.position)
    ), ${taxedLines(renewing.seller.pricesIncludeTax)}, ${documentsOfLines(secret)}, inserted as (
      ${insertDocuments(tx, renewing)}
    ), inserted_taxes as (
      ${insertTaxes()}
    ), inserted_lines as (
      insert into invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor,
        subscription_id, period_start, period_end, discount_minor, cause, reasons, released, priced_minor)
      select ${lowestId('inl')} || substr(md5(${secret} || l.subscription_id || l.position), 1, 16), d.id, l.position, l.kind, l.description, l.quantity, l.line_net / l.quantity,
        l.line_net, l.shown, l.line_tax, l.subscription_id, l.period_start, l.period_end, l.off, 'renewal',
        nullif(jsonb_strip_nulls(jsonb_build_object('discounts', l.reasons, 'repricing', l.repricing)), '{}'), false, l.priced
      from lines l join documents d on d.customer_id = l.customer_id and d.currency = l.currency and d.due_on = l.period_start
    )
    select d.id, d.customer_id, d.currency, d.subtotal + d.tax as total_minor, d.due_on::text, d.lines,
      exists (select from credit_grants g where g.customer_id = d.customer_id and g.currency = d.currency and g.remaining_minor > 0) as has_credit
    from documents d`.execute(tx.db)
  for (const made of rows) {
    const { id, customerId, totalMinor, currency, dueOn } = made
    await tx.emit('invoice.renewal_open', id, { customerId, after: { totalMinor, currency, dueOn, lines: made.lines } })
    // One over nothing counts as paid by the same step.
    if (made.hasCredit || totalMinor === 0n) await tx.enqueue(applyCreditLater, { invoiceId: id })
  }
}

/**
 * The agreements whose time has come move on by a period; each with what it costs from the first day of that period on: as agreed,
 * or as a change says that was set for that day.
 */
const duePeriods = (
  tx: Tx,
  { seller, today }: Renewing,
  customerIds: readonly string[],
  repriced: readonly string[],
): RawBuilder<unknown> => sql`
    picked as (
      select s.id, coalesce(c.amount_minor, s.amount_minor) + coalesce((n.new_minor - n.old_minor) * n.quantity, 0) as billed, c.id as change_id,
        coalesce(c.plan_id, s.plan_id) as plan_id, n.id as repricing_item_id, n.new_minor, n.option_code, n.choice
      from subscriptions s left join repricing_items n on n.subscription_id = s.id and n.id = any(${repriced}::text[])
        left join change_quotes c on c.subscription_id = s.id and c.state = 'scheduled' and c.starts_on <= s.billed_until
      where s.customer_id = any(${customerIds}::text[]) and s.legal_entity_id = ${seller.id} and s.next_billing_on <= ${today}
        and s.state <> 'cancelled' and (s.cancel_on is null or s.cancel_on > s.billed_until)
    ), due as (
      update subscriptions s set
        periods = s.periods + 1,
        billed_until = period_start_of(s.anchor, s.interval_unit, s.interval_count, s.periods + 1),
        current_period_start = case when p.billed = 0 then s.billed_until else s.current_period_start end,
        current_period_end = case when p.billed = 0 then period_start_of(s.anchor, s.interval_unit, s.interval_count, s.periods + 1)
          else s.current_period_end end,
        next_billing_on = case when p.billed = 0 then period_start_of(s.anchor, s.interval_unit, s.interval_count, s.periods + 1)
          - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count) end,
        updated_at = ${tx.now}
      from picked p
      where s.id = p.id and s.next_billing_on <= ${today} and s.state <> 'cancelled' and (s.cancel_on is null or s.cancel_on > s.billed_until)
      returning new.id, new.customer_id, new.currency, p.billed as amount_minor, p.change_id, p.plan_id, p.repricing_item_id, p.new_minor, p.option_code, p.choice,
        new.interval_unit, old.billed_until as period_start, new.billed_until as period_end
    )`

const insertDocuments = (tx: Tx, { seller, firstDunningDay }: Renewing): RawBuilder<unknown> => sql`
      insert into invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
        credited_minor, seller, buyer, locale, due_at, due_on, next_dunning_on, created_at, updated_at)
      select d.id, d.customer_id, ${seller.id}, 'open', 'renewal', d.currency, d.subtotal, d.tax, d.subtotal + d.tax, 0, 0,
        ${JSON.stringify(sellerParty(seller))}::jsonb,
        ${partyOf('c')}, t.locale, (d.due_on + time '23:59:59') at time zone ${seller.timeZone}, d.due_on, d.due_on + ${firstDunningDay}::int, ${tx.now}, ${tx.now}
      from documents d join customers c on c.id = d.customer_id
        join treatments t on t.customer_id = d.customer_id and d.due_on >= t.from_day and d.due_on < t.to_day`
