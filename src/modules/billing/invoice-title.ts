import type { CreditNote } from './credit-note.ts'
import type { Invoice } from './invoice.ts'

const words = {
  en: { invoice: 'Invoice', proForma: 'Pro forma invoice', creditNote: 'Credit note' },
  de: { invoice: 'Rechnung', proForma: 'Proforma-Rechnung', creditNote: 'Gutschrift' },
}

/** What the document is called in the buyer's language: its number once it has one. */
export const formatInvoiceTitle = (invoice: Pick<Invoice, 'number' | 'id' | 'locale'>): string =>
  invoice.number === null
    ? `${words[invoice.locale].proForma} ${invoice.id.slice(-8).toUpperCase()}`
    : `${words[invoice.locale].invoice} ${invoice.number}`

/** The same for a correction; the end of its id until it has a number. */
export const formatCreditNoteTitle = (note: Pick<CreditNote, 'number' | 'id' | 'locale'>): string =>
  `${words[note.locale].creditNote} ${note.number ?? note.id.slice(-8).toUpperCase()}`
