import { formatDate, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (name: string) => `A renewal of ${name} names a tax that has changed`,
  preheader: 'It could not be made anew by itself.',
  intro: (name: string, day: string) =>
    `The tax of ${name} on ${day} is another than the open renewal for that day names. It was not made anew, because it holds money, a payment is on its way, or its agreement ends.`,
  next: 'Look at it, and void or correct it if it is wrong.',
  button: 'Open the renewal',
}
const de: typeof en = {
  subject: (name) => `Eine Verlängerung von ${name} nennt eine Steuer, die sich geändert hat`,
  preheader: 'Sie konnte nicht von selbst neu erstellt werden.',
  intro: (name, day) =>
    `Die Steuer von ${name} am ${day} ist eine andere, als die offene Verlängerung für diesen Tag nennt. Sie wurde nicht neu erstellt, weil Geld darauf liegt, eine Zahlung unterwegs ist oder ihr Vertrag endet.`,
  next: 'Sehen Sie sie an, und erklären Sie sie für ungültig oder korrigieren Sie sie, wenn sie falsch ist.',
  button: 'Verlängerung öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** To colleagues: a renewal whose tax changed could not be made anew. */
export const staffTaxOutdated: Template = async (app, invoiceId, locale) => {
  const t = texts[locale]
  const { name, dueAt } = await app.db
    .selectFrom('invoices')
    .innerJoin('customers', 'customers.id', 'invoices.customerId')
    .select(['customers.name', 'invoices.dueAt'])
    .where('invoices.id', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const subject = t.subject(name)
  return {
    subject,
    preheader: t.preheader,
    heading: subject,
    paragraphs: [t.intro(name, formatDate(dueAt.toString(), locale)), t.next],
    button: { label: t.button, url: mailLinks.staffInvoice(app.config, invoiceId) },
  }
}
