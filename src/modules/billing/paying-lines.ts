import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { PayingLine } from './change-credit.ts'
import type { DiscountReason } from './discount.ts'
import type { Subscription } from './subscription.ts'
import { partsOf } from './tax.ts'

/** A paying line, and the first days of the periods it pays for; none on one that was numbered before its period was opened. */
export type PayingLineOfPeriods = PayingLine & {
  periodStart: Temporal.PlainDate | null
  starts: string[]
  cause: string
  /** What its coupons took off, in their order. */
  discounts: DiscountReason[]
}

/**
 * The lines of paid documents that may pay for periods of an agreement which are not over: the newest document first, a
 * document's lines in its order; with those in `paidBy`, whose periods were given up for others. What was paid once, as for setup, is none of them.
 */
export async function listPayingLines(
  db: App['db'],
  { id }: Pick<Subscription, 'id'>,
  { today, paidBy }: { today: Temporal.PlainDate; paidBy: readonly string[] },
): Promise<PayingLineOfPeriods[]> {
  const { rows } = await sql<PayingLineOfPeriods & { taxes: Parameters<typeof partsOf>[0] | null }>`
    select i.id as invoice_id, l.id, l.kind, l.description, l.tax_basis_points, l.period_start, l.cause,
      (select jsonb_agg(jsonb_build_object('rateBasisPoints', t.rate_basis_points, 'finerMillionths', t.finer_millionths, 'compound', t.compound)
        order by t.position) from invoice_taxes t where t.invoice_id = i.id) as taxes,
      coalesce(l.reasons->'discounts', '[]') as discounts,
      l.amount_minor as paid_net_minor, l.tax_minor as paid_tax_minor,
      l.amount_minor - coalesce(c.amount, 0)::bigint as amount_minor, l.tax_minor - coalesce(c.tax, 0)::bigint as tax_minor,
      array(select p->>'start' from jsonb_array_elements(l.reasons->'periods') p) as starts,
      i.total_minor - i.credited_minor - coalesce((select sum(d.amount_minor) from refund_documents d join refunds r on r.id = d.refund_id
        where d.invoice_id = i.id and r.state in ('pending', 'needs_person')), 0)::bigint as document_left_minor
    from invoice_lines l join invoices i on i.id = l.invoice_id
      left join lateral (select sum(n.amount_minor) as amount, sum(n.tax_minor) as tax from credit_note_lines n where n.invoice_line_id = l.id) c on true
    where l.subscription_id = ${id} and i.state = 'paid' and l.kind in ('plan', 'option') and (l.id = any(${[...paidBy]}::text[])
      or not l.released and (l.period_end > ${today} or l.period_start is null and l.cause in ('order', 'change')))
    order by i.paid_at desc, i.id desc, l.position`.execute(db)
  return rows.map(({ taxes, ...row }) => ({ ...row, taxParts: taxes ? partsOf(taxes) : undefined }))
}
