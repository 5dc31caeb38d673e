import { type RawBuilder, sql } from 'kysely'

/**
 * A kind of document that earns money or gives it back. `head` selects kind, id, number, customer_id, legal_entity_id,
 * currency, country, issued_at and invoice_id, the invoice it is or corrects; `lines` selects kind, id, currency, country, issued_at, tax_basis_points, net_minor,
 * tax_minor and subscription_id. Amounts that are given back are negative. `kind` and `id` are those the ledger posts.
 */
type DocumentSource = { head: RawBuilder<unknown>; lines: RawBuilder<unknown> }

const invoices: DocumentSource = {
  head: sql`
    select 'invoice' as kind, i.id, i.number, i.customer_id, i.legal_entity_id, i.currency, i.buyer->>'country' as country, i.issued_at,
      i.id as invoice_id
    from invoices i where i.issued_at is not null`,
  lines: sql`
    select 'invoice' as kind, i.id, i.currency, i.buyer->>'country' as country, i.issued_at, l.tax_basis_points,
      l.amount_minor as net_minor, l.tax_minor, l.subscription_id
    from invoices i join invoice_lines l on l.invoice_id = i.id`,
}

const creditNotes: DocumentSource = {
  head: sql`
    select 'credit_note' as kind, n.id, n.number, n.customer_id, n.legal_entity_id, n.currency, n.buyer->>'country' as country, n.issued_at,
      n.invoice_id
    from credit_notes n where n.issued_at is not null`,
  lines: sql`
    select 'credit_note' as kind, n.id, n.currency, n.buyer->>'country' as country, n.issued_at, l.tax_basis_points,
      -l.amount_minor as net_minor, -l.tax_minor as tax_minor, o.subscription_id
    from credit_notes n join credit_note_lines l on l.credit_note_id = n.id left join invoice_lines o on o.id = l.invoice_line_id`,
}

const SOURCES: readonly DocumentSource[] = [invoices, creditNotes]

/** All documents that have their number, as a table in parentheses. */
export const documents = sql`(${sql.join(
  SOURCES.map(({ head }) => head),
  sql` union all `,
)})`

/** What all documents say, line by line, as a table in parentheses; those without a number too. */
export const documentLines = sql`(${sql.join(
  SOURCES.map(({ lines }) => lines),
  sql` union all `,
)})`
