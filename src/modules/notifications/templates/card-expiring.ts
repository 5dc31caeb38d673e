import { formatDate, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (card: string, day: string) => `${card} is valid until ${day}`,
  preheader: 'Save another card, so that your renewals go on being paid by themselves.',
  heading: 'Your card expires soon',
  intro: (card: string, day: string) =>
    `We charge your renewals to ${card}. It is valid until ${day}; after that the bank refuses it.`,
  next: 'Please save another card before that day; it is charged from then on. A new one with the same number is saved again, too.',
  other: 'If you would rather pay your invoices yourself, switch automatic payment off on the same page.',
  until: 'Valid until',
  card: 'Card',
  button: 'Save another card',
}
const de: typeof en = {
  subject: (card, day) => `${card} ist gültig bis ${day}`,
  preheader: 'Speichern Sie eine andere Karte, damit Ihre Verlängerungen weiter von selbst bezahlt werden.',
  heading: 'Ihre Karte läuft bald ab',
  intro: (card, day) =>
    `Wir belasten für Ihre Verlängerungen ${card}. Sie ist bis zum ${day} gültig; danach lehnt die Bank sie ab.`,
  next: 'Bitte speichern Sie vor diesem Tag eine andere Karte; sie wird ab dann belastet. Auch eine neue mit derselben Nummer wird noch einmal gespeichert.',
  other:
    'Möchten Sie Ihre Rechnungen lieber selbst bezahlen, schalten Sie die automatische Zahlung auf derselben Seite aus.',
  until: 'Gültig bis',
  card: 'Karte',
  button: 'Andere Karte speichern',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That the card which is charged expires, on which day, and what to do before. Its subject is the saved card. */
export const cardExpiring: Template = async (app, paymentMethodId, locale) => {
  const t = texts[locale]
  const { brand, lastFour, expiryMonth, expiryYear } = await app.db
    .selectFrom('paymentMethods')
    .select(['brand', 'lastFour', 'expiryMonth', 'expiryYear'])
    .where('id', '=', paymentMethodId)
    .executeTakeFirstOrThrow()
  const card = `${brand.toUpperCase()} •••• ${lastFour}`
  const day = lastDay(expiryYear, expiryMonth, locale)
  return {
    subject: t.subject(card, day),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(card, day), t.next, t.other],
    facts: [
      { label: t.card, value: card },
      { label: t.until, value: day },
    ],
    button: { label: t.button, url: mailLinks.billing(app.config) },
  }
}

/** What never expires is not told of; a row without a date has none to say. */
function lastDay(year: number | null, month: number | null, locale: Locale): string {
  if (year === null || month === null) return '–'
  const day = Temporal.PlainYearMonth.from({ year, month }).toPlainDate({ day: 31 })
  return formatDate(`${day.toString()}T12:00:00Z`, locale, 'UTC', 'date')
}
