import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { lowestId } from '#platform/ids.ts'
import { invoiceWords } from './invoice-words.ts'
import type { LegalEntity } from './seller.ts'
import {
  millionthsOf,
  resolveTaxOn,
  shownBasisPoints,
  spansOf,
  type TaxBuyer,
  type TaxRule,
  type TaxTreatment,
} from './tax.ts'
import { taxBuyerOfC } from './tax-buyer.ts'

/** The customers of a chunk, once for each span of days between two changes of the rules, and beside
 * each the place of their tax treatment in the list. */
export type ChunkTaxes = {
  customerIds: string[]
  locales: string[]
  places: number[]
  /** The first day of the span, and the first after it; empty where there is no end. */
  from: (string | null)[]
  to: (string | null)[]
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

/** A customer as documents name their buyer, for a statement that reads `customers` under this name; `buyerParty` says the same. */
export const partyOf = (
  customers: string,
): RawBuilder<unknown> => sql`jsonb_build_object('name', ${sql.ref(`${customers}.name`)},
  'company', ${sql.ref(`${customers}.company`)}, 'address', concat_ws(E'\\n', ${sql.ref(`${customers}.addressLine1`)},
    ${sql.ref(`${customers}.addressLine2`)}, nullif(concat_ws(' ', ${sql.ref(`${customers}.postalCode`)}, ${sql.ref(`${customers}.city`)}), '')),
  'country', ${sql.ref(`${customers}.country`)}, 'vatId', ${sql.ref(`${customers}.vatId`)}, 'email', ${sql.ref(`${customers}.email`)})`

/** The days on which what is made together is due: the first and the last. */
export type DueRange = { first: Temporal.PlainDate; last: Temporal.PlainDate }

/**
 * Decides with the rules of tax.ts how the customers of a chunk are taxed on the days their documents are due; buyers who are alike
 * share a treatment.
 */
export async function chunkTaxes(
  db: App['db'],
  {
    seller,
    rules,
    today,
    range,
  }: { seller: LegalEntity; rules: readonly TaxRule[]; today: Temporal.PlainDate; range: DueRange },
  customerIds: readonly string[],
): Promise<ChunkTaxes> {
  const { rows } = await sql<{ id: string; locale: string; buyer: TaxBuyer }>`
    select c.id, c.locale, ${taxBuyerOfC} as buyer from customers c left join tax_profiles t on t.customer_id = c.id
    where c.id = any(${customerIds}::text[])`.execute(db)
  const known = new Map<string, number>()
  const treatments: TreatmentRow[] = []
  const place = (buyer: TaxBuyer, day: Temporal.PlainDate): number => {
    const key = `${day.toString()} ${JSON.stringify(buyer)}`
    const found = known.get(key)
    if (found !== undefined) return found
    const treatment = resolveTaxOn(rules, seller, buyer, { day, today })
    if (!treatment)
      throw new Error(
        `${seller.name} has no tax rule for ${buyer.country ?? 'an unknown country'} on ${day.toString()}`,
      )
    known.set(key, treatments.length)
    treatments.push(rowOf(treatment, treatments.length))
    return treatments.length - 1
  }
  const spans = spansOf(rules, range)
  const each = rows.flatMap((row) => spans.map((span) => ({ ...row, ...span })))
  return {
    customerIds: each.map(({ id }) => id),
    locales: each.map(({ locale }) => locale),
    places: each.map(({ buyer, day }) => place(buyer, day)),
    from: each.map(({ from }) => from?.toString() ?? null),
    to: each.map(({ to }) => to?.toString() ?? null),
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

/** The customers of a chunk as a table to join on customer and day, with how each is taxed then. */
export const treatmentsOf = ({
  customerIds,
  locales,
  places,
  from,
  to,
  treatments,
}: ChunkTaxes): RawBuilder<unknown> => sql`
  select u.customer_id, u.locale, coalesce(u.from_day, '-infinity') as from_day, coalesce(u.to_day, 'infinity') as to_day, t.*
  from unnest(${customerIds}::text[], ${locales}::locale[], ${places}::int[], ${from}::date[], ${to}::date[])
    as u (customer_id, locale, place, from_day, to_day)
  join jsonb_to_recordset(${JSON.stringify(treatments)}::jsonb) as t (place int, parts bigint, first bigint, second bigint, compound boolean,
    shown int) on t.place = u.place`

/** What the treatments of a chunk are made of, each part at its position, to join on their place. */
export const componentsOf = ({ treatments }: ChunkTaxes): RawBuilder<unknown> => sql`
  select t.place, x.* from jsonb_to_recordset(${JSON.stringify(treatments)}::jsonb) as t (place int, components jsonb)
    cross join lateral jsonb_to_recordset(t.components) as x (position int, name text, category tax_category, rate_basis_points int,
      finer_millionths int, compound boolean, notes jsonb)`

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
      select *, row_number() over (partition by customer_id, currency, period_start order by remainder desc, position) as rank,
        given - sum(share) over (partition by customer_id, currency, period_start) as left_over
      from (
        select *, case when doc_priced in (0, priced) then given else div(given::numeric * priced, doc_priced)::bigint end as share,
          case when doc_priced in (0, priced) then 0 else mod(given::numeric * priced, doc_priced)::bigint end as remainder
        from (select *, greatest(held, doc_tax) as given from summed) g) s
    ), lines as (
      select *, (case when doc_tax > 0 then part else 0 end)::bigint as line_tax, (priced - case when ${included} then part else 0 end)::bigint as line_net
      from (select *, share + case when rank <= left_over then 1 else 0 end as part from shared) p
    )`

/**
 * The documents of `lines`, each with its name and sums, and how it is taxed. Names come of one secret of the statement: asking
 * for randomness a row costs more than all the rest of a name, and nobody can guess one all the same.
 */
export const documentsOfLines = (secret: string): RawBuilder<unknown> => sql`
    documents as (
      select ${lowestId('inv')} || substr(md5(${secret} || customer_id || currency || due_on), 1, 16) as id, d.*
      from (select customer_id, currency, period_start as due_on, sum(line_net)::bigint as subtotal, sum(line_tax)::bigint as tax, count(*)::int as lines,
          min(net) as net, min(first_tax) as first_tax, min(doc_tax) as doc_tax, min(place) as place
        from lines group by customer_id, currency, period_start) d
    )`

/** Writes what each document is taxed with, for `documents`, `treatments` and `components` (see `treatmentsOf`, `componentsOf`). */
export const insertTaxes = (): RawBuilder<unknown> => sql`
      insert into invoice_taxes (invoice_id, position, name, category, rate_basis_points, finer_millionths, compound, base_minor, tax_minor, note)
      select d.id, x.position, x.name, x.category, x.rate_basis_points, x.finer_millionths, x.compound,
        case when x.position = 1 and x.compound then d.net + d.first_tax else d.net end,
        case when t.first + t.second = 0 then 0 when x.position = 1 then d.doc_tax - d.first_tax else least(d.first_tax, d.doc_tax) end,
        x.notes->>t.locale::text
      from documents d join treatments t on t.customer_id = d.customer_id and d.due_on >= t.from_day and d.due_on < t.to_day
        join components x on x.place = t.place`
