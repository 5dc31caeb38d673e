import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { lockSeller } from './change-settings.ts'
import type { NumberingSettings } from './numbering-settings.ts'

export type SeriesKind = 'invoice' | 'credit_note'

/** A series of a year: its numbers from `first` on; `next` is given next. */
export type NumberSeries = {
  series: string
  kind: SeriesKind
  first: number
  next: number
  given: number
  lastIssuedAt: Temporal.Instant | null
}

/** Staff: every series of the seller, the latest first. */
export async function listNumberSeries(app: App, actor: Actor): Promise<NumberSeries[]> {
  requirePermission(actor, 'settings.manage')
  const { rows } = await sql<NumberSeries>`
    select s.series, case when exists (select from credit_notes c where c.series = s.series)
        or (not exists (select from invoices i where i.series = s.series) and s.series = number_series(e.credit_note_format, e.series_prefix,
          extract(year from ${app.clock.now()}::timestamptz at time zone e.time_zone)::int)) then 'credit_note' else 'invoice' end as kind,
      s.first_sequence as first, s.next_sequence as next, s.next_sequence - s.first_sequence as given, s.last_issued_at
    from invoice_series s join legal_entities e on e.id = s.legal_entity_id
    order by s.last_issued_at desc nulls first, s.series limit 200`.execute(app.db)
  return rows
}

/** What the next documents of this year would be called, and the series they would be in. */
export type NextNumber = { kind: SeriesKind; series: string; number: string; next: number; begun: boolean }

/** Staff: what is numbered next by these formats, as they are saved or as somebody thinks of saving them. */
export async function previewNumbers(
  app: App,
  actor: Actor,
  formats: Pick<NumberingSettings, 'seriesPrefix' | 'invoiceFormat' | 'creditNoteFormat'>,
): Promise<NextNumber[]> {
  requirePermission(actor, 'settings.manage')
  const { rows } = await sql<NextNumber>`
    with year as (
      select extract(year from ${app.clock.now()}::timestamptz at time zone e.time_zone)::int as year from legal_entities e order by e.id limit 1
    ), kinds (kind, format) as (values ('invoice', ${formats.invoiceFormat}::text), ('credit_note', ${formats.creditNoteFormat}::text))
    select k.kind, n.series, coalesce(s.next_sequence, 1) as next, coalesce(s.next_sequence > s.first_sequence, false) as begun,
      number_in_series(k.format, ${formats.seriesPrefix}, y.year, coalesce(s.next_sequence, 1)) as number
    from kinds k cross join year y cross join lateral (select number_series(k.format, ${formats.seriesPrefix}, y.year) as series) n
      left join invoice_series s on s.series = n.series
    where is_number_format(k.format) order by k.kind desc`.execute(app.db)
  return rows
}

const HIGHEST = 1_000_000_000

/**
 * Staff: lets this year's series begin at a number, to follow on from another system's documents. `next` is what was shown.
 * Once a number of it is given, it only goes on: no gap is ever made. Throws `series_begun`, `series_first_invalid`,
 * `seller_not_set_up`, `permission_denied`.
 */
export async function startSeries(
  app: App,
  actor: Actor,
  { kind, first }: { kind: SeriesKind; first: number },
): Promise<void> {
  requirePermission(actor, 'settings.manage')
  if (!Number.isInteger(first) || first < 1 || first > HIGHEST)
    throw new Problem('invalid', 'series_first_invalid', 'Give a whole number from 1 on.', {
      issues: [{ path: 'first', message: 'Give a whole number from 1 on.' }],
    })
  await app.transaction(actor, async (tx) => {
    const seller = await lockSeller(tx)
    const numberer = kind === 'invoice' ? 'number-invoices' : 'number-credit-notes'
    await sql`select pg_advisory_xact_lock(hashtext(${numberer}))`.execute(tx.db)
    const format = kind === 'invoice' ? seller.invoiceFormat : seller.creditNoteFormat
    const { year } = tx.now.toZonedDateTimeISO(seller.timeZone)
    const { rows } = await sql<{ series: string; before: number }>`
      with named as (select number_series(${format}, ${seller.seriesPrefix}, ${year}) as series), was as (
        select n.series, s.next_sequence from named n left join invoice_series s on s.series = n.series
      )
      insert into invoice_series (series, legal_entity_id, first_sequence, next_sequence) select series, ${seller.id}, ${first}, ${first} from named
      on conflict (series) do update set first_sequence = excluded.first_sequence, next_sequence = excluded.next_sequence
        where invoice_series.next_sequence = invoice_series.first_sequence
      returning series, coalesce((select next_sequence from was), 1) as before`.execute(tx.db)
    const [begun] = rows
    if (!begun)
      throw new Problem(
        'conflict',
        'series_begun',
        'This series has begun. Its numbers only go on, so that none is missing.',
      )
    await tx.emit('invoice_series.started', begun.series, { before: { next: begun.before }, after: { next: first } })
  })
}
