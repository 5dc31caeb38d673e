import { formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (number: string, invoice: string) => `Credit note ${number} for invoice ${invoice}`,
  preheader: (total: string) => `It corrects your invoice by ${total}.`,
  heading: 'Your invoice is corrected',
  intro: (number: string, invoice: string) => `Credit note ${number} corrects invoice ${invoice}.`,
  total: 'Total',
  tax: 'Tax',
  reason: 'Reason',
  pdf: 'You find it as a PDF on the page of the invoice.',
  button: 'Open invoice',
}
const de: typeof en = {
  subject: (number, invoice) => `Gutschrift ${number} zu Rechnung ${invoice}`,
  preheader: (total) => `Sie korrigiert Ihre Rechnung um ${total}.`,
  heading: 'Ihre Rechnung ist korrigiert',
  intro: (number, invoice) => `Gutschrift ${number} korrigiert Rechnung ${invoice}.`,
  total: 'Summe',
  tax: 'Steuer',
  reason: 'Grund',
  pdf: 'Sie finden sie als PDF auf der Seite der Rechnung.',
  button: 'Rechnung öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That an invoice was corrected, by how much and why, and where the document is. */
export const creditNote: Template = async (app, creditNoteId, locale) => {
  const t = texts[locale]
  const note = await app.db
    .selectFrom('creditNotes as c')
    .innerJoin('invoices as i', 'i.id', 'c.invoiceId')
    .select(['c.invoiceId', 'c.totalMinor', 'c.taxMinor', 'c.currency', 'c.reason'])
    .select(['c.number', 'i.number as invoiceNumber'])
    .where('c.id', '=', creditNoteId)
    .where('c.number', 'is not', null)
    .where('i.number', 'is not', null)
    .$narrowType<{ number: string; invoiceNumber: string }>()
    .executeTakeFirstOrThrow()
  const money = (minor: bigint): string => formatMoney(minor, note.currency, locale)
  return {
    subject: t.subject(note.number, note.invoiceNumber),
    preheader: t.preheader(money(note.totalMinor)),
    heading: t.heading,
    paragraphs: [t.intro(note.number, note.invoiceNumber), t.pdf],
    facts: [
      { label: t.reason, value: note.reason },
      { label: t.tax, value: money(note.taxMinor) },
      { label: t.total, value: money(note.totalMinor) },
    ],
    button: { label: t.button, url: mailLinks.invoice(app.config, note.invoiceId) },
  }
}
