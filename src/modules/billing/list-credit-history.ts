import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import type { CreditSource } from '#platform/schema.ts'

/** One movement of a customer's credit: minor units, positive when it came, negative when it went. */
export type CreditMovement = {
  id: string
  customerId: string
  at: Temporal.Instant
  currency: string
  amountMinor: bigint
  /** Where it came from or went to. */
  kind: CreditSource | 'invoice' | 'refund' | 'withdrawn'
  /** The document that was paid with it, or brought it. */
  invoiceId: string | null
  invoiceNumber: string | null
  /** What is left of what came; null for what went. */
  remainingMinor: bigint | null
}

/** Where credit came from and what it was used for, newest first. Users see their own alone. */
export async function listCreditHistory(
  app: App,
  actor: Actor,
  filter: PageFilter & { customerId?: string | undefined; currency?: string | undefined },
): Promise<Page<CreditMovement>> {
  const owner = visibleWith(actor, 'invoice.read') ?? filter.customerId ?? null
  // Ids are in the order of time, whatever they begin with.
  const after = filter.after === undefined ? null : filter.after.slice(4)
  const currency = filter.currency ?? null
  const { rows } = await sql<CreditMovement>`
    with moved as (
      (select g.id, g.customer_id, g.created_at as at, g.currency, g.amount_minor, g.source::text as kind, g.remaining_minor,
          case when g.source in ('topup', 'void_document') and g.reference like 'inv_%' then g.reference
            when g.reference like 'pay_%' then (select p.invoice_id from payments p where p.id = g.reference)
            when g.source = 'change' then (select q.invoice_id from change_quotes q where q.id = g.reference) end as invoice_id
        from credit_grants g
        where (${owner}::text is null or g.customer_id = ${owner}) and (${currency}::text is null or g.currency = ${currency})
          and (${after}::text is null or g.id < 'crg_' || ${after})
        order by g.id desc limit ${filter.limit + 1})
      union all
      (select u.id, u.customer_id, u.created_at, g.currency, -u.amount_minor,
          case when u.invoice_id is not null then 'invoice' when u.refund_id is not null then 'refund' else 'withdrawn' end, null, u.invoice_id
        from credit_uses u join credit_grants g on g.id = u.grant_id
        where (${owner}::text is null or u.customer_id = ${owner}) and (${currency}::text is null or g.currency = ${currency})
          and (${after}::text is null or u.id < 'cru_' || ${after})
        order by u.id desc limit ${filter.limit + 1}))
    select m.*, i.number as invoice_number from moved m left join invoices i on i.id = m.invoice_id
    order by substr(m.id, 5) desc limit ${filter.limit + 1}`.execute(app.db)
  return pageOf(rows, filter.limit)
}
