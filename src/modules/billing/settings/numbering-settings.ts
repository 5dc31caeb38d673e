import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { LegalEntity } from '../seller.ts'
import type { SettingIssue, SettingsSection } from './section.ts'

export const NumberingSettings = z.object({
  seriesPrefix: z
    .string()
    .max(20)
    .regex(/^[A-Z0-9-]*$/),
  invoiceFormat: z.string().max(60),
  creditNoteFormat: z.string().max(60),
  numberedAtIssue: z.boolean(),
})
export type NumberingSettings = z.output<typeof NumberingSettings>

/** What documents are called, and when they take their number. Series that have begun go on; none ever loses a number. */
export const numberingSection: SettingsSection<NumberingSettings> = {
  schema: NumberingSettings,
  read: async (_db, { seriesPrefix, invoiceFormat, creditNoteFormat, numberedAtIssueSince }) => ({
    seriesPrefix,
    invoiceFormat,
    creditNoteFormat,
    numberedAtIssue: numberedAtIssueSince !== null,
  }),
  check: (db, seller, { after }) => findNumberingIssues(db, seller, after),
  async write(tx, seller, { before, after: { numberedAtIssue, ...row } }) {
    // Whoever numbers now ends first, and the next begins with what is saved here.
    await sql`select pg_advisory_xact_lock(hashtext('number-invoices')), pg_advisory_xact_lock(hashtext('number-credit-notes'))`.execute(
      tx.db,
    )
    const numberedAtIssueSince = numberedAtIssue
      ? before.numberedAtIssue
        ? seller.numberedAtIssueSince
        : tx.now
      : null
    await tx.db
      .updateTable('legalEntities')
      .set({ ...row, numberedAtIssueSince })
      .where('id', '=', seller.id)
      .execute()
  },
}

async function findNumberingIssues(
  db: App['db'],
  seller: LegalEntity,
  { seriesPrefix, invoiceFormat, creditNoteFormat }: NumberingSettings,
): Promise<SettingIssue[]> {
  const { rows } = await sql<{ invoiceFits: boolean; creditNoteFits: boolean }>`
    select is_number_format(${invoiceFormat}) as invoice_fits, is_number_format(${creditNoteFormat}) as credit_note_fits`.execute(
    db,
  )
  const { invoiceFits, creditNoteFits } = rows[0]!
  const issues: SettingIssue[] = []
  const refuse = (path: keyof NumberingSettings, code: keyof typeof MESSAGES, ...values: string[]): void => {
    issues.push({ path, code, message: MESSAGES[code], values })
  }
  if (!invoiceFits) refuse('invoiceFormat', 'number_format')
  if (!creditNoteFits) refuse('creditNoteFormat', 'number_format')
  if (issues.length > 0) return issues
  // In whichever year they were, or will be.
  const { rows: found } = await sql<{ same: boolean; invoices: string | null; creditNotes: string | null }>`
    with s as (
      select number_series(${invoiceFormat}, ${seriesPrefix}, year) as invoices, number_series(${creditNoteFormat}, ${seriesPrefix}, year) as notes
      from generate_series(2000, 2099) as year)
    select bool_or(s.invoices = s.notes) as same,
      (select min(t.series) from invoice_series t where t.series in (select invoices from s) and (t.legal_entity_id <> ${seller.id}
        or exists (select from credit_notes c where c.series = t.series))) as invoices,
      (select min(t.series) from invoice_series t where t.series in (select notes from s) and (t.legal_entity_id <> ${seller.id}
        or exists (select from invoices i where i.series = t.series))) as credit_notes
    from s`.execute(db)
  const { same, invoices, creditNotes } = found[0]!
  if (same) refuse('creditNoteFormat', 'number_same_series')
  if (invoices !== null) refuse('invoiceFormat', 'number_series_taken', invoices)
  if (creditNotes !== null) refuse('creditNoteFormat', 'number_series_taken', creditNotes)
  return issues
}

const MESSAGES = {
  number_format: 'Write the year as {YYYY} or {YY}, and the number at the end, as {NNNNNN} after one of - / _ .',
  number_same_series: 'Invoices and credit notes need series of their own.',
  number_series_taken: 'This series belongs to other documents already.',
}
