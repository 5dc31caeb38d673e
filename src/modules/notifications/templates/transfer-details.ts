import { findTransferDetails } from '#modules/billing/transfer.ts'
import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (amount: string) => `Please transfer ${amount}`,
  preheader: (reference: string) => `With the reference ${reference}.`,
  heading: 'Your bank transfer',
  intro: 'Please send the money to this account, with the reference as it stands here: by it we know what it is for.',
  order: 'A transfer takes one to three bank days. We begin as soon as it is here and write to you then.',
  over: 'Nothing is to be transferred any more.',
  holder: 'Recipient',
  bic: 'BIC',
  amount: 'Amount',
  reference: 'Reference',
  due: 'To arrive by',
  button: 'See the invoice',
  card: 'If you would rather pay by card, you can do so there at any time.',
}
const de: typeof en = {
  subject: (amount) => `Bitte überweisen Sie ${amount}`,
  preheader: (reference) => `Mit dem Verwendungszweck ${reference}.`,
  heading: 'Ihre Überweisung',
  intro:
    'Bitte überweisen Sie auf dieses Konto, mit dem Verwendungszweck genau wie hier: An ihm erkennen wir, wofür es ist.',
  order: 'Eine Überweisung dauert ein bis drei Banktage. Wir beginnen, sobald sie da ist, und schreiben Ihnen dann.',
  over: 'Es ist nichts mehr zu überweisen.',
  holder: 'Empfänger',
  bic: 'BIC',
  amount: 'Betrag',
  reference: 'Verwendungszweck',
  due: 'Eingang bis',
  button: 'Rechnung ansehen',
  card: 'Wenn Sie lieber mit Karte zahlen, können Sie das dort jederzeit tun.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** Where to send the money of a document, how much, and by when. Days are of the seller's time zone. */
export const transferDetails: Template = async (app, invoiceId, locale) => {
  const t = texts[locale]
  const invoice = await app.db.selectFrom('invoices').selectAll().where('id', '=', invoiceId).executeTakeFirstOrThrow()
  const details = await findTransferDetails(app, invoice)
  const amount = formatMoney(invoice.totalMinor - invoice.paidMinor, invoice.currency, locale)
  const button = { label: t.button, url: mailLinks.invoice(app.config, invoice.id) }
  // Paid or taken back before this mail was written.
  if (!details)
    return { subject: t.heading, preheader: t.over, heading: t.heading, paragraphs: [t.over], facts: [], button }
  return {
    subject: t.subject(amount),
    preheader: t.preheader(details.reference),
    heading: t.heading,
    paragraphs: [t.intro, ...(invoice.purpose === 'order' ? [t.order] : [])],
    facts: [
      { label: t.holder, value: details.holder },
      { label: 'IBAN', value: details.iban },
      ...(details.bic === null ? [] : [{ label: t.bic, value: details.bic }]),
      { label: t.amount, value: amount },
      { label: t.reference, value: details.reference },
      { label: t.due, value: formatDate(`${invoice.dueOn.toString()}T12:00:00Z`, locale) },
    ],
    button,
    notes: [t.card],
  }
}
