import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { TaxCategory } from '#platform/schema.ts'
import { readReport } from './read-report.ts'
import { documentLines, documents } from './report-documents.ts'
import { instantsOf, type ReportRange, type Step } from './report-range.ts'

export type TaxFilter = {
  range: ReportRange
  currency?: string | undefined
  country?: string | undefined
  rateBasisPoints?: number | undefined
  category?: TaxCategory | undefined
}
/**
 * Minor units. `country` is the buyer's, as their document says; null where it names none. `rateBasisPoints` is what the document
 * charges in all, `componentRate` this tax of it in millionths; with two taxes each has a group, and `isFirst` tells the one whose net
 * counts in a sum.
 */
export type TaxGroup = {
  currency: string
  start: Temporal.PlainDate
  country: string | null
  category: TaxCategory
  name: string
  rateBasisPoints: number
  componentRate: number
  isFirst: boolean
  netMinor: bigint
  taxMinor: bigint
  documents: number
}

/**
 * Staff: the tax on documents by the day of their number in the seller's time zone, by the buyer's country, and by category and
 * tax. A document without a number is none yet. A credit note gives back of each tax of its invoice what `correctedTaxes` says.
 * Throws as readReport.
 */
export const readTax = (app: App, actor: Actor, filter: TaxFilter & { step: Step }): Promise<TaxGroup[]> =>
  readReport(app, actor, async ({ db, seller }) => {
    const { rows } = await sql<TaxGroup>`
      with parts as (
        select d.kind, d.id, h.invoice_id, d.currency, d.country, d.issued_at, d.tax_basis_points, sum(d.net_minor) as net_minor, sum(d.tax_minor) as tax_minor
        from ${documentLines} d join ${documents} h on h.kind = d.kind and h.id = d.id
        where ${within(filter, seller.timeZone)} group by 1, 2, 3, 4, 5, 6, 7
      ), taxed as (
        select p.*, coalesce(x.position, 0) as position, coalesce(x.name, 'VAT') as name, ${categoryOf(sql`x.category`, sql`p.tax_basis_points`)} as category,
          coalesce(x.rate_basis_points * 100 + coalesce(x.finer_millionths, 0), p.tax_basis_points * 100) as component_rate,
          case when coalesce(x.taxes, 1) = 1 then p.tax_minor when x.whole = 0 then 0
            when x.position = 0 then round(p.tax_minor * x.first_minor / x.whole)
            else p.tax_minor - round(p.tax_minor * x.first_minor / x.whole) end as part_minor
        from parts p left join lateral (
          select t.*, count(*) over () as taxes, sum(t.tax_minor) over () as whole,
            first_value(t.tax_minor) over (order by t.position) as first_minor
          from invoice_taxes t where t.invoice_id = p.invoice_id) x on true
      )
      select t.currency, date_trunc(${filter.step}, t.issued_at at time zone ${seller.timeZone})::date as start, t.country, t.category, t.name,
        t.tax_basis_points as rate_basis_points, t.component_rate::int as component_rate, t.position = 0 as is_first, sum(t.net_minor)::bigint as net_minor,
        sum(t.part_minor)::bigint as tax_minor, count(distinct (t.kind, t.id))::int as documents
      from taxed t group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 6, 8 desc, 4, 5, 7`.execute(db)
    return rows
  })

/** What a document from before taxes were kept is taken for. */
const categoryOf = (category: RawBuilder<unknown>, basisPoints: RawBuilder<unknown>) =>
  sql`coalesce(${category}, case when ${basisPoints} = 0 then 'Z' else 'S' end::tax_category)`

function within({ range, currency, country, rateBasisPoints }: TaxFilter, timeZone: string) {
  const { start, end } = instantsOf(range, timeZone)
  const conditions = [sql`d.issued_at >= ${start} and d.issued_at < ${end}`]
  if (currency !== undefined) conditions.push(sql`d.currency = ${currency}`)
  if (country !== undefined)
    conditions.push(country === NO_COUNTRY ? sql`d.country is null` : sql`d.country = ${country}`)
  if (rateBasisPoints !== undefined) conditions.push(sql`d.tax_basis_points = ${rateBasisPoints}`)
  return sql.join(conditions, sql` and `)
}

/** Asks for documents that name no country. */
export const NO_COUNTRY = 'none'

/** What one document says at one rate; what a credit note gives back is negative. */
export type TaxDocument = {
  kind: 'invoice' | 'credit_note'
  id: string
  /** The invoice it is, or the one it corrects. */
  invoiceId: string
  number: string
  customerId: string
  customerName: string
  currency: string
  country: string | null
  issuedAt: Temporal.Instant
  rateBasisPoints: number
  netMinor: bigint
  taxMinor: bigint
}

/** Staff: the documents behind the figures, the earliest first, a page at a time. Throws as readReport. */
export const listTaxDocuments = (
  app: App,
  actor: Actor,
  { limit, after, ...filter }: TaxFilter & PageFilter,
): Promise<Page<TaxDocument>> =>
  readReport(app, actor, async ({ db, seller }) => {
    const [afterId, afterRate] = (after ?? '').split('.')
    const { rateBasisPoints, category, ...ofDocument } = filter
    const further = afterId
      ? sql`and (d.issued_at, d.id, l.tax_basis_points) > ((select c.issued_at from ${documents} c where c.id = ${afterId}), ${afterId}, ${Number(afterRate)}::int)
          and d.issued_at >= (select c.issued_at from ${documents} c where c.id = ${afterId})`
      : sql``
    const { rows } = await sql<TaxDocument>`
      select d.kind, d.id, d.invoice_id, d.number, d.customer_id, c.name as customer_name, d.currency, d.country, d.issued_at,
        l.tax_basis_points as rate_basis_points, l.net_minor, l.tax_minor
      from ${documents} d join customers c on c.id = d.customer_id
        cross join lateral (
          select x.tax_basis_points, sum(x.net_minor)::bigint as net_minor, sum(x.tax_minor)::bigint as tax_minor
          from ${documentLines} x where x.kind = d.kind and x.id = d.id group by 1) l
      where ${within(ofDocument, seller.timeZone)} ${rateBasisPoints === undefined ? sql`` : sql`and l.tax_basis_points = ${rateBasisPoints}`}
        ${category === undefined ? sql`` : sql`and ${ofCategory(category)}`} ${further}
      order by d.issued_at, d.id, l.tax_basis_points limit ${limit + 1}`.execute(db)
    return pageOf(rows, limit, (row) => `${row.id}.${row.rateBasisPoints}`)
  })

const ofCategory = (category: TaxCategory) => sql`(
  exists (select from invoice_taxes t where t.invoice_id = d.invoice_id and t.category = ${category})
  or ${category} = case when l.tax_basis_points = 0 then 'Z' else 'S' end and not exists (select from invoice_taxes t where t.invoice_id = d.invoice_id))`

/** Staff: all of them, a page at a time however many there are. Throws as readReport. */
export async function* eachTaxDocument(app: App, actor: Actor, filter: TaxFilter): AsyncGenerator<TaxDocument> {
  let after: string | undefined
  do {
    const { rows, next } = await listTaxDocuments(app, actor, { ...filter, limit: 500, after })
    yield* rows
    after = next
  } while (after !== undefined)
}
