import type { Invoice } from './invoice.ts'

const words = {
  en: { invoice: 'Invoice', proForma: 'Pro forma invoice' },
  de: { invoice: 'Rechnung', proForma: 'Proforma-Rechnung' },
}

/** What the document is called in the buyer's language: its number once it has one. */
export const formatInvoiceTitle = (invoice: Pick<Invoice, 'number' | 'id' | 'locale'>): string =>
  invoice.number === null
    ? `${words[invoice.locale].proForma} ${invoice.id.slice(-8).toUpperCase()}`
    : `${words[invoice.locale].invoice} ${invoice.number}`
