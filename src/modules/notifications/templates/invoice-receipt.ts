import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (number: string) => `Receipt for invoice ${number}`,
  preheader: (total: string) => `We received your payment of ${total}.`,
  heading: 'Thank you for your payment',
  intro: (number: string) => `We received your payment. Invoice ${number} is paid.`,
  paidOn: 'Paid on',
  tax: 'Tax',
  total: 'Total',
  button: 'Open invoice',
  free: {
    subject: 'Nothing to pay for your next period',
    preheader: 'It is free for you.',
    heading: 'Your next period is free',
    intro: 'Nothing is to be paid for your next period, so there is no invoice for it.',
    button: 'See what it is for',
  },
}
const de: typeof en = {
  subject: (number) => `Zahlungsbeleg zu Rechnung ${number}`,
  preheader: (total) => `Wir haben Ihre Zahlung über ${total} erhalten.`,
  heading: 'Danke für Ihre Zahlung',
  intro: (number) => `Wir haben Ihre Zahlung erhalten. Rechnung ${number} ist bezahlt.`,
  paidOn: 'Bezahlt am',
  tax: 'Steuer',
  total: 'Summe',
  button: 'Rechnung öffnen',
  free: {
    subject: 'Für Ihren nächsten Zeitraum ist nichts zu zahlen',
    preheader: 'Er ist für Sie kostenlos.',
    heading: 'Ihr nächster Zeitraum ist kostenlos',
    intro: 'Für Ihren nächsten Zeitraum ist nichts zu zahlen, darum gibt es dafür keine Rechnung.',
    button: 'Ansehen, wofür',
  },
}
const texts: Record<Locale, typeof en> = { en, de }

/** That an invoice is paid, what it was for, and where the document is; or that nothing was to be paid. Days are the seller's. */
export const invoiceReceipt: Template = async (app, invoiceId, locale) => {
  const t = texts[locale]
  const invoice = await app.db
    .selectFrom('invoices as i')
    .innerJoin('legalEntities as e', 'e.id', 'i.legalEntityId')
    .select(['i.id', 'i.number', 'i.paidAt', 'i.currency', 'i.taxMinor', 'i.totalMinor', 'e.timeZone'])
    .where('i.id', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const lines = await app.db
    .selectFrom('invoiceLines')
    .select(['description', 'amountMinor'])
    .where('invoiceId', '=', invoiceId)
    .orderBy('position')
    .execute()
  const money = (minor: bigint): string => formatMoney(minor, invoice.currency, locale)
  const { number } = invoice
  const { button, ...said } =
    number === null
      ? t.free
      : {
          subject: t.subject(number),
          preheader: t.preheader(money(invoice.totalMinor)),
          heading: t.heading,
          intro: t.intro(number),
          button: t.button,
        }
  const { intro, ...head } = said
  return {
    ...head,
    paragraphs: [intro],
    facts: [
      ...lines.map(({ description, amountMinor }) => ({ label: description, value: money(amountMinor) })),
      { label: t.tax, value: money(invoice.taxMinor) },
      { label: t.total, value: money(invoice.totalMinor) },
      ...(invoice.paidAt && number !== null
        ? [{ label: t.paidOn, value: formatDate(invoice.paidAt.toString(), locale, invoice.timeZone) }]
        : []),
    ],
    button: { label: button, url: mailLinks.invoice(app.config, invoice.id) },
  }
}
