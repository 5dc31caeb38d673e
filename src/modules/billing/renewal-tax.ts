import { type RawBuilder, sql } from 'kysely'
import { lowestId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import { invoiceWords } from './invoice-words.ts'
import type { LegalEntity } from './seller.ts'
import { millionthsOf, resolveTax, shownBasisPoints, type TaxBuyer, type TaxRule, type TaxTreatment } from './tax.ts'
import { taxBuyerOf } from './tax-buyer.ts'

/** The customers of a chunk as their documents name them, and beside each the place of their tax treatment in the list. */
export type ChunkTaxes = {
  customerIds: string[]
  locales: string[]
  buyers: string[]
  places: number[]
  treatments: TreatmentRow[]
}

/** A treatment as the statement reads it; rates are millionths, `parts` as in `TaxTreatment.includedParts`. */
type TreatmentRow = {
  place: number
  parts: number
  first: number
  second: number
  compound: boolean
  shown: number
  components: object[]
}

/** Decides with the rules of tax.ts how the customers of a chunk are taxed; buyers who are alike share a treatment. */
export async function chunkTaxes(
  tx: Tx,
  { seller, rules, today }: { seller: LegalEntity; rules: readonly TaxRule[]; today: Temporal.PlainDate },
  customerIds: readonly string[],
): Promise<ChunkTaxes> {
  const { rows } = await sql<{ id: string; locale: string; party: string; buyer: TaxBuyer }>`
    select c.id, c.locale, ${taxBuyerOf('c')} as buyer,
      json_build_object('name', c.name, 'company', c.company, 'address', concat_ws(E'\\n', c.address_line1, c.address_line2,
        nullif(concat_ws(' ', c.postal_code, c.city), '')), 'country', c.country, 'vatId', c.vat_id, 'email', c.email)::text as party
    from customers c where c.id = any(${customerIds}::text[])`.execute(tx.db)
  const known = new Map<string, number>()
  const treatments: TreatmentRow[] = []
  const places = rows.map(({ buyer }) => {
    const key = JSON.stringify(buyer)
    const place = known.get(key) ?? treatments.length
    if (place === treatments.length) {
      const treatment = resolveTax(rules, seller, buyer, today)
      if (!treatment)
        throw new Error(
          `${seller.name} has no tax rule for ${buyer.country ?? 'an unknown country'} on ${today.toString()}`,
        )
      treatments.push(rowOf(treatment, place))
      known.set(key, place)
    }
    return place
  })
  return {
    customerIds: rows.map(({ id }) => id),
    locales: rows.map(({ locale }) => locale),
    buyers: rows.map(({ party }) => party),
    places,
    treatments,
  }
}

function rowOf(treatment: TaxTreatment, place: number): TreatmentRow {
  const [first, second] = treatment.components
  return {
    place,
    parts: treatment.includedParts,
    first: first ? millionthsOf(first) : 0,
    second: second ? millionthsOf(second) : 0,
    compound: second?.compound ?? false,
    shown: shownBasisPoints(treatment),
    components: treatment.components.map(
      ({ category, rateBasisPoints, finerMillionths = null, ...component }, position) => ({
        ...component,
        position,
        category,
        rate_basis_points: rateBasisPoints,
        finer_millionths: finerMillionths,
        notes: {
          en: treatment.note ?? invoiceWords.en.taxNotes[category] ?? null,
          de: treatment.note ?? invoiceWords.de.taxNotes[category] ?? null,
        },
      }),
    ),
  }
}

/** The customers of a chunk as a table to join, with how each is taxed. */
export const treatmentsOf = ({
  customerIds,
  locales,
  buyers,
  places,
  treatments,
}: ChunkTaxes): RawBuilder<unknown> => sql`
  select u.customer_id, u.locale, u.buyer, t.*
  from unnest(${customerIds}::text[], ${locales}::locale[], ${buyers}::text[], ${places}::int[]) as u (customer_id, locale, buyer, place)
  join jsonb_to_recordset(${JSON.stringify(treatments)}::jsonb) as t (place int, parts bigint, first bigint, second bigint, compound boolean,
    shown int, components jsonb) on t.place = u.place`

/**
 * From `priced` (a row for each line, with its document's sum and treatment) to `lines` with net and tax, as `taxDocument` does:
 * each component once over the document, half up, then per line by largest remainder. A price that holds tax keeps its amount.
 */
export const taxedLines = (included: boolean): RawBuilder<unknown> => sql`
    taxed as (
      select *, case when ${included} and first + second > 0 then held
          else (2 * net * first + 1000000) / 2000000 end as whole_tax,
        case when ${included} and second > 0 then (2 * doc_priced * first * 100 + 100000000 + parts) / (2 * (100000000 + parts))
          when ${included} then held else (2 * net * first + 1000000) / 2000000 end as first_tax
      from (
        select *, doc_priced - held as net from (
          select *, case when ${included} then (2 * doc_priced * parts + 100000000 + parts) / (2 * (100000000 + parts)) else 0 end as held
          from priced) h) n
    ), summed as (
      select *, case when first + second = 0 then 0
          when ${included} then held
          else first_tax + (2 * (net + case when compound then first_tax else 0 end) * second + 1000000) / 2000000 end as doc_tax
      from taxed
    ), shared as (
      select *, coalesce(div(given::numeric * priced, whole), 0)::bigint as share,
        row_number() over (partition by customer_id, currency, period_start order by mod(given::numeric * priced, whole) desc, position) as rank,
        given - coalesce(sum(div(given::numeric * priced, whole)) over (partition by customer_id, currency, period_start), 0) as left_over
      from (select *, greatest(held, doc_tax) as given, nullif(doc_priced, 0) as whole from summed) s
    ), lines as (
      select *, (case when doc_tax > 0 then part else 0 end)::bigint as line_tax, (priced - case when ${included} then part else 0 end)::bigint as line_net
      from (select *, share + case when rank <= left_over then 1 else 0 end as part from shared) p
    )`

/** The documents of `lines`, each with its name and sums, and how it is taxed. */
export const documentsOfLines = (): RawBuilder<unknown> => sql`
    documents as (
      select ${lowestId('inv')} || substr(hex, 1, 12) || substr(hex, 18, 4) as id, d.*
      from (select customer_id, currency, period_start as due_on, sum(line_net)::bigint as subtotal, sum(line_tax)::bigint as tax, count(*)::int as lines,
          min(net) as net, min(first_tax) as first_tax, min(doc_tax) as doc_tax, min(place) as place
        from lines group by customer_id, currency, period_start) d
        cross join lateral (select encode(uuid_send(gen_random_uuid()), 'hex') || substr(d.customer_id, 1, 0) as hex) r
    )`

/** Writes what each document is taxed with, for `documents` and `treatments` (see `treatmentsOf`). */
export const insertTaxes = (): RawBuilder<unknown> => sql`
      insert into invoice_taxes (invoice_id, position, name, category, rate_basis_points, finer_millionths, compound, base_minor, tax_minor, note)
      select d.id, x.position, x.name, x.category, x.rate_basis_points, x.finer_millionths, x.compound,
        case when x.position = 1 and x.compound then d.net + d.first_tax else d.net end,
        case when t.first + t.second = 0 then 0 when x.position = 1 then d.doc_tax - d.first_tax else least(d.first_tax, d.doc_tax) end,
        x.notes->>t.locale::text
      from documents d join treatments t on t.customer_id = d.customer_id
        cross join lateral jsonb_to_recordset(t.components) as x (position int, name text, category tax_category, rate_basis_points int, finer_millionths int,
          compound boolean, notes jsonb)`
