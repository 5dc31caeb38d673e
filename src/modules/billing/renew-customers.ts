import { sql } from 'kysely'
import { lowestId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCreditLater } from './apply-credit.ts'
import { sellerParty, type LegalEntity } from './seller.ts'
import { type TaxRule, taxRuleFor } from './tax.ts'

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
 * due day, at the price agreed, or agreed from that day on, taxed as of today. What costs nothing moves on without a document. Set-based, as one statement
 * per chunk; a period that is billed already cannot be billed again. Gives how many documents were made.
 */
export async function renewCustomers(tx: Tx, renewing: Renewing, customerIds: readonly string[]): Promise<number> {
  const taxes = await taxesOf(tx, renewing, customerIds)
  const { seller, firstDunningDay } = renewing
  const { rows } = await sql<Made>`
    with ${duePeriods(tx, renewing, customerIds)}, priced as (
      select d.customer_id, d.currency, d.period_start, d.period_end, d.id as subscription_id, i.kind, i.description, i.quantity, i.amount_minor as priced,
        row_number() over doc - 1 as position, (sum(i.amount_minor) over whole)::bigint as doc_priced, t.rate
      from due d
        cross join lateral (
          select position, kind, description, quantity, amount_minor from subscription_items where subscription_id = d.id and d.change_id is null
          union all
          select x.n::int - 1, x.kind, x.description, x.quantity, x.quantity * x.unit_minor from change_quotes c cross join lateral rows from (
            jsonb_to_recordset(c.items) as (kind invoice_line_kind, description text, quantity int, "unitMinor" bigint))
            with ordinality as x (kind, description, quantity, unit_minor, n) where c.id = d.change_id) i
        join customers c on c.id = d.customer_id
        join jsonb_to_recordset(${JSON.stringify(taxes)}::jsonb) as t (country text, rate bigint) on t.country is not distinct from c.country
      where d.amount_minor > 0
      window whole as (partition by d.customer_id, d.currency, d.period_start), doc as (whole order by d.id, i.position)
    ), taxed as (
      select p.*, case when ${seller.pricesIncludeTax} then (2 * doc_priced * rate + 10000 + rate) / (2 * (10000 + rate))
        else (2 * doc_priced * rate + 10000) / 20000 end as doc_tax
      from priced p
    ), shared as (
      select t.*, div(doc_tax::numeric * priced, doc_priced)::bigint as share,
        row_number() over (partition by customer_id, currency, period_start order by mod(doc_tax::numeric * priced, doc_priced) desc, position) as rank,
        doc_tax - sum(div(doc_tax::numeric * priced, doc_priced)) over (partition by customer_id, currency, period_start) as left_over
      from taxed t
    ), lines as (
      select *, (share + case when rank <= left_over then 1 else 0 end)::bigint as tax,
        (case when ${seller.pricesIncludeTax} then priced - share - case when rank <= left_over then 1 else 0 end else priced end)::bigint as net
      from shared
    ), documents as (
      select ${lowestId('inv')} || substr(hex, 1, 12) || substr(hex, 18, 4) as id, d.*
      from (select customer_id, currency, period_start as due_on, sum(net)::bigint as subtotal, sum(tax)::bigint as tax, count(*)::int as lines
        from lines group by customer_id, currency, period_start) d
        cross join lateral (select replace(gen_random_uuid()::text || substr(d.customer_id, 1, 0), '-', '') as hex) r
    ), inserted as (
      insert into invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
        credited_minor, seller, buyer, locale, due_at, due_on, next_dunning_on, created_at, updated_at)
      select d.id, d.customer_id, ${seller.id}, 'open', 'renewal', d.currency, d.subtotal, d.tax, d.subtotal + d.tax, 0, 0,
        ${JSON.stringify(sellerParty(seller))}::jsonb,
        jsonb_build_object('name', c.name, 'company', c.company, 'address', concat_ws(E'\n', c.address_line1, c.address_line2,
          nullif(concat_ws(' ', c.postal_code, c.city), '')), 'country', c.country, 'vatId', c.vat_id, 'email', c.email),
        c.locale, (d.due_on + time '23:59:59') at time zone ${seller.timeZone}, d.due_on, d.due_on + ${firstDunningDay}::int, ${tx.now}, ${tx.now}
      from documents d join customers c on c.id = d.customer_id
    ), inserted_lines as (
      insert into invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor,
        subscription_id, period_start, period_end, discount_minor, cause, released)
      select ${lowestId('inl')} || substr(hex, 1, 12) || substr(hex, 18, 4), d.id, l.position, l.kind, l.description, l.quantity, l.net / l.quantity, l.net,
        l.rate, l.tax, l.subscription_id, l.period_start, l.period_end, 0, 'renewal', false
      from lines l join documents d on d.customer_id = l.customer_id and d.currency = l.currency and d.due_on = l.period_start
        cross join lateral (select replace(gen_random_uuid()::text || substr(l.subscription_id, 1, 0), '-', '') as hex) r
    )
    select d.id, d.customer_id, d.currency, d.subtotal + d.tax as total_minor, d.due_on::text, d.lines,
      exists (select from credit_grants g where g.customer_id = d.customer_id and g.currency = d.currency and g.remaining_minor > 0) as has_credit
    from documents d`.execute(tx.db)
  await tell(tx, rows)
  return rows.length
}

/**
 * The agreements whose time has come move on by a period; each with what it costs from the first day of that period on: as agreed,
 * or as a change says that was set for that day.
 */
const duePeriods = (tx: Tx, { seller, today }: Renewing, customerIds: readonly string[]) => sql`
    picked as (
      select s.id, coalesce(c.amount_minor, s.amount_minor) as billed, c.id as change_id
      from subscriptions s left join change_quotes c on c.subscription_id = s.id and c.state = 'scheduled' and c.starts_on <= s.billed_until
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
      where s.id = p.id and s.customer_id = any(${customerIds}::text[]) and s.legal_entity_id = ${seller.id} and s.next_billing_on <= ${today}
        and s.state <> 'cancelled' and (s.cancel_on is null or s.cancel_on > s.billed_until)
      returning new.id, new.customer_id, new.currency, p.billed as amount_minor, p.change_id, old.billed_until as period_start, new.billed_until as period_end
    )`

async function tell(tx: Tx, documents: readonly Made[]): Promise<void> {
  for (const made of documents) {
    const { id, customerId, totalMinor, currency, dueOn } = made
    await tx.emit('invoice.renewal_open', id, { customerId, after: { totalMinor, currency, dueOn, lines: made.lines } })
    if (made.hasCredit) await tx.enqueue(applyCreditLater, { invoiceId: id })
  }
}

/** The rate of every country these customers are in, so that the rules are decided in one place. */
async function taxesOf(
  tx: Tx,
  { seller, rules, today }: Renewing,
  customerIds: readonly string[],
): Promise<{ country: string | null; rate: number }[]> {
  const { rows } = await sql<{ country: string | null }>`
    select distinct country from customers where id = any(${customerIds}::text[])`.execute(tx.db)
  return rows.map(({ country }) => {
    const rule = taxRuleFor(rules, country, today)
    if (!rule)
      throw new Error(`${seller.name} has no tax rule for ${country ?? 'an unknown country'} on ${today.toString()}`)
    return { country, rate: rule.rateBasisPoints }
  })
}
