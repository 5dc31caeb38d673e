import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import { applyPaidChange } from './apply-change.ts'
import type { Invoice } from './invoice.ts'

/**
 * The periods that a renewal paid for become the agreements' current ones, and the next may be billed when its time comes.
 * A period paid for while its service was suspended begins with the day of payment instead, if the seller's setting says so.
 * A document that was numbered when it was issued keeps the period it names. Days are of the seller's time zone. What was past due is active again. A change that was paid for holds from now on.
 */
export async function beginPaidPeriods(tx: Tx, invoice: Pick<Invoice, 'id' | 'purpose'>): Promise<void> {
  if (invoice.purpose === 'change') await applyPaidChange(tx, invoice)
  if (invoice.purpose !== 'renewal') return
  const { rows } = await sql<{ id: string; customerId: string; was: string; periodStart: string; periodEnd: string }>`
    with paid as (
      select l.id as line_id, l.subscription_id, l.period_start, l.period_end, s.state as was,
        case when e.late_period_from_payment and i.number is null and (exists (
            select from dunning_runs d where d.invoice_id = l.invoice_id and d.action = 'suspend' and d.outcome = 'suspended')
          -- Or for a document that this one was made in the place of.
          or s.state = 'past_due' and exists (select from services v join service_suspensions u on u.service_id = v.id
            where v.subscription_id = s.id and u.reason = 'non_payment' and u.lifted_at is null))
        then (${tx.now}::timestamptz at time zone e.time_zone)::date end as restart
      from invoice_lines l join invoices i on i.id = l.invoice_id join subscriptions s on s.id = l.subscription_id
        join legal_entities e on e.id = s.legal_entity_id
      where l.invoice_id = ${invoice.id} and l.kind = 'plan' and not l.released and s.state <> 'cancelled'
        -- Not begun already, which it is where what was left was too little to be charged.
        and l.period_end > s.current_period_end
      order by s.id for update of s
    ), moved as (
      select *, coalesce(restart, period_start) as starts from paid
    ), begun as (
      update subscriptions s set state = 'active', updated_at = ${tx.now},
        anchor = case when m.restart is null then s.anchor else m.restart end,
        periods = case when m.restart is null then s.periods else 1 end,
        periods_elsewhere = case when m.restart is null then s.periods_elsewhere else 0 end,
        current_period_start = m.starts,
        current_period_end = case when m.restart is null then m.period_end
          else period_start_of(m.restart, s.interval_unit, s.interval_count, 1) end,
        billed_until = case when m.restart is null then s.billed_until
          else period_start_of(m.restart, s.interval_unit, s.interval_count, 1) end,
        next_billing_on = case when s.cancel_on is null then
          case when m.restart is null then s.billed_until
            else period_start_of(m.restart, s.interval_unit, s.interval_count, 1) end
          - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count) end
      from moved m where s.id = m.subscription_id
      returning s.id, s.customer_id, m.was, m.restart, s.current_period_start, s.current_period_end
    ), lines as (
      update invoice_lines l set period_start = b.current_period_start, period_end = b.current_period_end, cause = 'resumed'
      from begun b where b.restart is not null and l.invoice_id = ${invoice.id} and l.subscription_id = b.id
    )
    select id, customer_id, was, current_period_start::text as period_start, current_period_end::text as period_end from begun`.execute(
    tx.db,
  )
  for (const { id, customerId, was, periodStart, periodEnd } of rows)
    await tx.emit(was === 'active' ? 'subscription.renewed' : 'subscription.caught_up', id, {
      customerId,
      before: { state: was },
      after: { state: 'active', periodStart, periodEnd },
    })
}
