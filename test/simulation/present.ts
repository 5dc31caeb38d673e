import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type ModelCustomer, sum } from './model.ts'

/** How a customer stands: entitlement, and money by document, card and credit. */
export type Standing = {
  service: string
  suspensions: string[]
  credit: string[]
  agreements: string[]
  documents: string[]
  cards: string[]
  refunds: string[]
}

const dayOf = (day: Temporal.PlainDate | null): string => day?.toString() ?? '-'

const sorted = (standing: Standing): Standing => ({
  ...standing,
  suspensions: standing.suspensions.toSorted(),
  credit: standing.credit.toSorted(),
  agreements: standing.agreements.toSorted(),
  documents: standing.documents.toSorted(),
  cards: standing.cards.toSorted(),
  refunds: standing.refunds.toSorted(),
})

/** How a customer stands in the model, to be compared with what the product says. */
export const presentModel = (customer: ModelCustomer): Standing =>
  sorted({
    service: customer.isTerminated ? 'terminated' : customer.suspensions.size > 0 ? 'suspended' : 'active',
    suspensions: customer.isTerminated ? [] : [...customer.suspensions],
    credit: [...customer.credit]
      .filter(([, amount]) => amount !== 0n)
      .map(([currency, amount]) => `${amount} ${currency}`),
    agreements: customer.agreements.map(
      ({ currency, interval: { unit, count }, parts, state, start, end, billedUntil, nextBillingOn, cancelOn }) =>
        [
          `${currency} ${sum(parts)} every ${count} ${unit} ${state} ${dayOf(start)} ${dayOf(end)}`,
          `billed to ${dayOf(billedUntil)} next ${dayOf(nextBillingOn)} ends ${dayOf(cancelOn)}`,
        ].join(' '),
    ),
    documents: customer.documents.map(
      ({ purpose, currency, dueOn, totalMinor, paidMinor, creditedMinor, state }) =>
        `${purpose} ${currency} ${dayOf(purpose === 'renewal' ? dueOn : null)} ${state} ${totalMinor} paid ${paidMinor} credited ${creditedMinor}`,
    ),
    cards: customer.payments.map(
      ({ currency, amountMinor, refundedMinor, dispute }) =>
        `${currency} ${amountMinor} back ${refundedMinor} dispute ${dispute ?? '-'}`,
    ),
    refunds: customer.refunds.map(
      ({ payment: { currency }, amountMinor, state }) => `${currency} ${amountMinor} ${state}`,
    ),
  })

/** How a customer stands in the product, in the words of the model. */
export async function readStanding(app: App, customerId: string): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select (select state::text from services where customer_id = ${customerId}) as service,
      (select coalesce(jsonb_agg(u.reason), '[]') from service_suspensions u join services v on v.id = u.service_id
        where v.customer_id = ${customerId} and u.lifted_at is null and v.state <> 'terminated') as suspensions,
      (select coalesce(jsonb_agg(sum || ' ' || currency), '[]') from (select currency, sum(remaining_minor) from credit_grants
        where customer_id = ${customerId} and remaining_minor > 0 group by currency) g) as credit,
      (select coalesce(jsonb_agg(format('%s %s every %s %s %s %s %s billed to %s next %s ends %s', currency, amount_minor, interval_count,
        interval_unit, state, current_period_start, current_period_end, billed_until, coalesce(next_billing_on::text, '-'),
        coalesce(cancel_on::text, '-'))), '[]') from subscriptions where customer_id = ${customerId}) as agreements,
      (select coalesce(jsonb_agg(format('%s %s %s %s %s paid %s credited %s', purpose, currency,
        case when purpose = 'renewal' then due_on::text else '-' end, state, total_minor, paid_minor, credited_minor)), '[]')
        from invoices where customer_id = ${customerId} and purpose <> 'topup') as documents,
      (select coalesce(jsonb_agg(format('%s %s back %s dispute %s', currency, amount_minor, refunded_minor,
        coalesce((select state::text from disputes where payment_id = p.id), '-'))), '[]')
        from payments p where customer_id = ${customerId} and state = 'succeeded' and gateway_payment_id is not null) as cards,
      (select coalesce(jsonb_agg(format('%s %s %s', currency, amount_minor, state)), '[]') from refunds
        where customer_id = ${customerId}) as refunds`.execute(app.db)
  return sorted(rows[0]!)
}

/** Line by line what only the product says, and what only the model. */
export function differencesOf(product: Standing, model: Standing): string[] {
  const linesOf = (standing: Standing): string[] =>
    Object.entries(standing).flatMap(([what, said]) => [said].flat().map((each) => `${what}: ${each}`))
  const without = (lines: string[], others: string[]): string[] => {
    const left = [...others]
    return lines.filter((line) => {
      const at = left.indexOf(line)
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
  }
  const [said, meant] = [linesOf(product), linesOf(model)]
  return [
    ...without(said, meant).map((line) => `the product: ${line}`),
    ...without(meant, said).map((line) => `the model: ${line}`),
  ]
}
