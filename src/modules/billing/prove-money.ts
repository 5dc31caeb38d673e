import { sql } from 'kysely'
import type { App } from '#app/app.ts'

type ProvenCurrency = {
  /** ISO 4217, upper case; amounts are its minor units. */
  currency: string
  ledgerMinor: bigint
  gatewayMinor: bigint
  /** What the ledger has more than the gateway. */
  differenceMinor: bigint
}

/** One thing that happened to a payment, as the gateway or our ledger has it. */
type Chapter = { kind: 'charge' | 'refund' | 'dispute' | 'ledger'; id: string; state: string; amountMinor: number }

type DifferingPayment = ProvenCurrency & {
  /** Undefined when the gateway took money that no payment of ours knows. */
  paymentId: string | null
  gatewayPaymentId: string | null
  customerId: string | null
  state: string | null
  story: Chapter[]
}

export type MoneyProof = {
  /** Whether everything the gateway keeps about money has been copied, and nothing is on its way; else differences mean nothing. */
  settled: boolean
  currencies: ProvenCurrency[]
  /** Each payment on which the two differ, at most 100. */
  payments: DifferingPayment[]
}

const AT_MOST = 100

/** Stripe's units as ours, in SQL: where it writes decimals that a currency does not have, or leaves out those it has. `currency` is lower case there. */
export const stripeMinor = (amount: string, currency: string) =>
  sql.raw(
    `(case when ${currency} in ('isk', 'ugx') then ${amount} / 100 when ${currency} = 'mga' then ${amount} * 100 else ${amount} end)`,
  )

/**
 * Every movement of money with the gateway: of each payment of ours, what was captured, sent back and withdrawn there, and what
 * the clearing account says. Other applications on the gateway's account are none of ours.
 */
const MOVEMENTS = sql`
  ours as (select * from stripe.charges where data#>>'{metadata,app}' = 'ez-solutions' and status = 'succeeded'),
  movements as (
    select payment_intent as gateway_id, null::text as payment_id, upper(currency) as currency, 0::numeric as ledger,
      ${stripeMinor('amount_captured', 'currency')}::numeric as gateway, 'charge' as kind, id, status as state from ours
    union all
    select c.payment_intent, null, upper(r.currency), 0, -${stripeMinor('r.amount', 'r.currency')}, 'refund', r.id, r.status
    from stripe.refunds r join ours c on c.id = r.charge where r.status = 'succeeded'
    union all
    select c.payment_intent, null, upper(d.currency), 0, ${stripeMinor('b.amount', 'd.currency')}, 'dispute', d.id, d.status
    from stripe.disputes d join ours c on c.id = d.charge cross join lateral (
      select coalesce(sum((t->>'amount')::bigint), 0) as amount from jsonb_array_elements(d.data->'balance_transactions') as t) b
    union all
    select null, coalesce(r.payment_id, d.payment_id, t.reference), e.currency, e.amount_minor, 0, 'ledger', t.id, t.kind
    from ledger_entries e join ledger_transactions t on t.id = e.transaction_id left join refunds r on r.id = t.reference
      left join disputes d on t.kind = 'dispute' and d.id = split_part(t.reference, ':', 1)
    where e.account = 'clearing')`

/**
 * Compares what the clearing account says with what was captured less what was refunded and disputed at the gateway, per
 * currency and payment. Reads the copy of the gateway's objects and asks the gateway nothing.
 */
export async function proveMoney(app: App): Promise<MoneyProof> {
  const { rows: currencies } = await sql<ProvenCurrency>`
    with ${MOVEMENTS}
    select currency, sum(ledger)::bigint as ledger_minor, sum(gateway)::bigint as gateway_minor, sum(ledger - gateway)::bigint as difference_minor
    from movements group by currency order by currency`.execute(app.db)
  const { rows: payments } = await sql<DifferingPayment>`
    with ${MOVEMENTS}
    select p.id as payment_id, coalesce(p.gateway_payment_id, m.gateway_id) as gateway_payment_id, p.customer_id, p.state::text as state, m.currency,
      sum(m.ledger)::bigint as ledger_minor, sum(m.gateway)::bigint as gateway_minor, sum(m.ledger - m.gateway)::bigint as difference_minor,
      jsonb_agg(jsonb_build_object('kind', m.kind, 'id', m.id, 'state', m.state, 'amountMinor', m.ledger + m.gateway) order by m.kind, m.id) as story
    from movements m left join payments p on p.id = m.payment_id or (m.payment_id is null and p.gateway_payment_id = m.gateway_id)
    group by p.id, coalesce(p.gateway_payment_id, m.gateway_id), m.currency
    having sum(m.ledger) <> sum(m.gateway) order by p.id limit ${AT_MOST}`.execute(app.db)
  return { settled: await isSettled(app), currencies, payments }
}

/** The copy is complete, its events were listed after our last movement, and no job will change either side. */
async function isSettled(app: App): Promise<boolean> {
  const mode = app.config.stripe.live ? 'live' : 'test'
  const copied = ['charges', 'refunds', 'disputes'].map((type) => `mirror.${mode}.${type}`)
  const { rows } = await sql<{ settled: boolean }>`
    select (select count(*) from gateway_cursors where name = any(${copied}::text[]) and completed_at is not null) = ${copied.length}
      and exists (select from gateway_cursors c where c.name = ${`events.${mode}`} and c.updated_at >= (
        select coalesce(max(t.created_at), '-infinity') from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
        where e.account = 'clearing'))
      and not exists (select from gateway_events where state = 'received')
      and not exists (select from queue.job where state in ('created', 'retry', 'active') and data->>'job' in (
        'billing.process-gateway-event', 'billing.mirror-object', 'billing.charge-payment', 'billing.check-payment')) as settled`.execute(
    app.db,
  )
  return rows[0]!.settled
}
