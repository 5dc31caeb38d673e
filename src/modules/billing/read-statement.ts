import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { getSellerTimeZone } from './seller.ts'

/** How a customer stands. Minor units: what they owe by the books, and what we owe them as credit. */
export type Standing = { owedMinor: bigint; creditMinor: bigint }

export const STATEMENT_KINDS = ['documents', 'payments', 'credit', 'credit_notes', 'refunds', 'other'] as const
export type StatementKind = (typeof STATEMENT_KINDS)[number]

/** One movement of the ledger that concerns a customer. `amountMinor` raises what they owe, or lowers it when negative. */
export type StatementRow = {
  id: string
  at: Temporal.Instant
  kind: StatementKind
  /** What the ledger calls it, such as `payment` or `credit_use`. */
  posting: string
  amountMinor: bigint
  /** What credit grew by, or shrank by when negative. */
  creditMinor: bigint
  invoiceId: string | null
  /** The number of the document, of the invoice or of the credit note. */
  number: string | null
  /** `amountMinor` of all up to here, and what stood before: less credit, so negative is in the customer's favour. */
  balanceMinor: bigint
}

export type Statement = {
  customerId: string
  customerName: string
  currency: string
  /** Days of the seller's time zone; the last one is not part of it. */
  from: Temporal.PlainDate
  until: Temporal.PlainDate
  timeZone: string
  opening: Standing
  closing: Standing
  /** What the movements of each kind come to; opening and all of them make closing. */
  sums: Record<StatementKind, bigint>
  rows: StatementRow[]
  /** Every currency the customer ever had a movement in, and their own. */
  currencies: string[]
}

/** What a statement's balance is: what is owed less credit. */
export const balanceOf = ({ owedMinor, creditMinor }: Standing): bigint => owedMinor - creditMinor

const KINDS: Record<string, StatementKind> = {
  invoice: 'documents',
  payment: 'payments',
  credit_grant: 'credit',
  credit_use: 'credit',
  credit_note: 'credit_notes',
  refund: 'refunds',
  refund_failed: 'refunds',
}

/**
 * The account of a customer between two days in one currency, from the ledger: a document counts from the day it is paid. Users
 * read their own; staff name the customer. Throws `permission_denied`, `seller_not_set_up`.
 */
export async function readStatement(
  app: App,
  actor: Actor,
  input: { customerId?: string; currency: string; from: Temporal.PlainDate; until: Temporal.PlainDate },
): Promise<Statement> {
  const customerId = visibleWith(actor, 'invoice.read') ?? input.customerId ?? actingCustomerId(actor)
  const timeZone = await getSellerTimeZone(app)
  const { currency, from, until } = input
  const [begins, ends] = [from, until].map((day) => day.toZonedDateTime(timeZone).toInstant()) as [
    Temporal.Instant,
    Temporal.Instant,
  ]
  const [customer, opening, moved, known] = await Promise.all([
    app.db.selectFrom('customers').select(['name', 'currency']).where('id', '=', customerId).executeTakeFirstOrThrow(),
    readStanding(app, customerId, currency, begins),
    readMoved(app, customerId, currency, begins, ends),
    sql<{ currency: string }>`
      select distinct e.currency from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
      where t.customer_id = ${customerId} order by 1`.execute(app.db),
  ])
  let balance = balanceOf(opening)
  const rows = moved.map(({ owed, credit, posting, ...row }): StatementRow => {
    const amountMinor = owed - credit
    balance += amountMinor
    return { ...row, posting, kind: KINDS[posting] ?? 'other', amountMinor, creditMinor: credit, balanceMinor: balance }
  })
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)
  return {
    customerId,
    customerName: customer.name,
    currency,
    from,
    until,
    timeZone,
    opening,
    closing: {
      owedMinor: opening.owedMinor + sum(moved.map(({ owed }) => owed)),
      creditMinor: opening.creditMinor + sum(moved.map(({ credit }) => credit)),
    },
    sums: Object.fromEntries(
      STATEMENT_KINDS.map((kind) => [
        kind,
        sum(rows.filter((row) => row.kind === kind).map(({ amountMinor }) => amountMinor)),
      ]),
    ) as Record<StatementKind, bigint>,
    rows,
    currencies: [...new Set([customer.currency, ...known.rows.map((row) => row.currency)])],
  }
}

async function readStanding(
  app: App,
  customerId: string,
  currency: string,
  before: Temporal.Instant,
): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select coalesce(sum(e.amount_minor) filter (where e.account = 'receivable'), 0)::bigint as owed_minor,
      coalesce(-sum(e.amount_minor) filter (where e.account = 'credit'), 0)::bigint as credit_minor
    from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
    where t.customer_id = ${customerId} and e.currency = ${currency} and t.created_at < ${before}`.execute(app.db)
  return rows[0]!
}

type Moved = Pick<StatementRow, 'id' | 'at' | 'posting' | 'invoiceId' | 'number'> & { owed: bigint; credit: bigint }

async function readMoved(
  app: App,
  customerId: string,
  currency: string,
  begins: Temporal.Instant,
  ends: Temporal.Instant,
): Promise<Moved[]> {
  const { rows } = await sql<Moved>`
    select m.id, m.created_at as at, m.kind as posting, m.owed, m.credit, i.id as invoice_id, coalesce(c.number, i.number) as number
    from (
      select t.id, t.created_at, t.kind, t.reference,
        coalesce(sum(e.amount_minor) filter (where e.account = 'receivable'), 0)::bigint as owed,
        coalesce(-sum(e.amount_minor) filter (where e.account = 'credit'), 0)::bigint as credit
      from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
      where t.customer_id = ${customerId} and e.currency = ${currency} and t.created_at >= ${begins} and t.created_at < ${ends}
      group by t.id) m
    left join payments p on p.id = m.reference
    left join credit_uses u on u.id = m.reference
    left join credit_grants g on g.id = m.reference
    left join credit_notes c on c.id = m.reference
    left join invoices i on i.id = case when m.kind = 'invoice' then m.reference
      else coalesce(p.invoice_id, u.invoice_id, c.invoice_id, case when g.reference like 'inv_%' then g.reference end) end
    where m.owed <> 0 or m.credit <> 0
    order by m.created_at, m.id`.execute(app.db)
  return rows
}
