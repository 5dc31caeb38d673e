import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission, visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { CreditNote, CreditNoteLine } from './credit-note.ts'
import type { Invoice, InvoiceTax } from './invoice.ts'
import type { Refund } from './refund.ts'

/** `taxes` are those of the invoice, `taxBeforeMinor` what the credit notes before this one took back of them. */
export type CreditNoteDetail = {
  note: CreditNote
  lines: CreditNoteLine[]
  invoice: Invoice
  taxes: InvoiceTax[]
  taxBeforeMinor: bigint
}

/** A credit note with its lines and the invoice it corrects. Another customer's does not exist: `credit_note_not_found`. */
export async function getCreditNoteDetail(app: App, actor: Actor, creditNoteId: string): Promise<CreditNoteDetail> {
  const owner = visibleWith(actor, 'invoice.read')
  const note = await app.db
    .selectFrom('creditNotes')
    .selectAll()
    .where('id', '=', creditNoteId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'credit_note_not_found', 'There is no such credit note.'))
  const [lines, invoice, taxes, before] = await Promise.all([
    app.db.selectFrom('creditNoteLines').selectAll().where('creditNoteId', '=', note.id).orderBy('position').execute(),
    app.db.selectFrom('invoices').selectAll().where('id', '=', note.invoiceId).executeTakeFirstOrThrow(),
    app.db.selectFrom('invoiceTaxes').selectAll().where('invoiceId', '=', note.invoiceId).orderBy('position').execute(),
    app.db
      .selectFrom('creditNotes')
      .select('taxMinor')
      .where('invoiceId', '=', note.invoiceId)
      .where('id', '<', note.id)
      .execute(),
  ])
  return { note, lines, invoice, taxes, taxBeforeMinor: before.reduce((sum, { taxMinor }) => sum + taxMinor, 0n) }
}

/** What was taken back of an invoice and what was sent back for it, the newest first. */
export async function listCorrections(
  app: App,
  actor: Actor,
  invoiceId: string,
): Promise<{ creditNotes: CreditNote[]; refunds: (Refund & { ofInvoiceMinor: bigint })[] }> {
  const owner = visibleWith(actor, 'invoice.read')
  const [creditNotes, refunds] = await Promise.all([
    app.db
      .selectFrom('creditNotes')
      .selectAll()
      .where('invoiceId', '=', invoiceId)
      .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
      .orderBy('id', 'desc')
      .execute(),
    app.db
      .selectFrom('refunds')
      .innerJoin('refundDocuments', 'refundDocuments.refundId', 'refunds.id')
      .selectAll('refunds')
      .select('refundDocuments.amountMinor as ofInvoiceMinor')
      .where('refundDocuments.invoiceId', '=', invoiceId)
      .$if(owner !== undefined, (query) => query.where('refunds.customerId', '=', owner!))
      .orderBy('refunds.id', 'desc')
      .execute(),
  ])
  return { creditNotes, refunds }
}

/** Staff: every credit note, the newest first. `search` is an id, the beginning of a number, or a part of a customer's name or email. */
export async function listCreditNotes(
  app: App,
  actor: Actor,
  filter: PageFilter & {
    numbered?: boolean | undefined
    customerId?: string | undefined
    search?: string | undefined
  },
): Promise<Page<CreditNote & { customerName: string; invoiceNumber: string | null }>> {
  requirePermission(actor, 'invoice.read')
  const search = filter.search?.trim()
  const rows = await app.db
    .selectFrom('creditNotes')
    .innerJoin('customers', 'customers.id', 'creditNotes.customerId')
    .innerJoin('invoices', 'invoices.id', 'creditNotes.invoiceId')
    .selectAll('creditNotes')
    .select(['customers.name as customerName', 'invoices.number as invoiceNumber'])
    .$if(filter.numbered !== undefined, (query) =>
      query.where('creditNotes.number', filter.numbered ? 'is not' : 'is', null),
    )
    .$if(filter.customerId !== undefined, (query) => query.where('creditNotes.customerId', '=', filter.customerId!))
    .$if(Boolean(search), (query) => {
      if (/^crn_[0-9a-z]{26}$/.test(search!)) return query.where('creditNotes.id', '=', search!)
      const isNumber = /\d/.test(search!) && !search!.includes('@')
      return isNumber
        ? query.where('creditNotes.number', '^@', search!.toUpperCase())
        : query.where(matchCustomer(search!))
    })
    .$if(filter.after !== undefined, (query) => query.where('creditNotes.id', '<', filter.after!))
    .orderBy('creditNotes.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}
