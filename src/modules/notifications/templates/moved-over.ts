import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (what: string, day: string) => `From ${day} on we bill ${what} ourselves`,
  heading: 'We bill your subscription ourselves',
  preheader: 'The price stays the same.',
  intro: (what: string, day: string) =>
    `Until now Stripe has billed ${what} for us. It does so until ${day}; from that day on the invoices come from us.`,
  same: 'What you get and what you pay stay the same, and no day is paid for twice.',
  saved: 'Your saved way to pay is charged on that day; you need do nothing.',
  unsaved: 'You have no saved way to pay. We send you an invoice before that day.',
  price: 'A period',
  first: 'First invoice of ours',
  button: 'Open subscription',
}
const de: typeof en = {
  subject: (what, day) => `Ab ${day} rechnen wir ${what} selbst ab`,
  heading: 'Wir rechnen Ihr Abonnement selbst ab',
  preheader: 'Der Preis bleibt gleich.',
  intro: (what, day) =>
    `Bisher hat Stripe ${what} für uns abgerechnet. Das bleibt bis zum ${day} so; ab diesem Tag kommen die Rechnungen von uns.`,
  same: 'Leistung und Preis bleiben gleich, und kein Tag wird doppelt bezahlt.',
  saved: 'An diesem Tag wird Ihre gespeicherte Zahlungsart belastet; Sie brauchen nichts zu tun.',
  unsaved: 'Es ist keine Zahlungsart gespeichert. Vor diesem Tag senden wir Ihnen eine Rechnung.',
  price: 'Ein Zeitraum',
  first: 'Erste Rechnung von uns',
  button: 'Abonnement öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** From which day on we bill what Stripe billed, and that nothing else changes. */
export const movedOver: Template = async (app, subscriptionId, locale) => {
  const t = texts[locale]
  const row = await app.db
    .selectFrom('subscriptions')
    .leftJoin('adoptions', 'adoptions.subscriptionId', 'subscriptions.id')
    .leftJoin('services', 'services.subscriptionId', 'subscriptions.id')
    .leftJoin('paymentMethods', (join) =>
      join
        .onRef('paymentMethods.customerId', '=', 'subscriptions.customerId')
        .on('paymentMethods.isDefault', '=', true)
        .on('paymentMethods.forgottenAt', 'is', null),
    )
    .select([
      'subscriptions.description',
      'subscriptions.amountMinor',
      'subscriptions.currency',
      'subscriptions.currentPeriodEnd',
      'adoptions.movedFrom',
      'services.hostname',
      'paymentMethods.id as methodId',
    ])
    .where('subscriptions.id', '=', subscriptionId)
    .executeTakeFirstOrThrow()
  const what = row.hostname ?? row.description
  const from = row.movedFrom ?? row.currentPeriodEnd
  const day = formatDate(`${from.toString()}T00:00:00Z`, locale, 'UTC', 'date')
  return {
    subject: t.subject(what, day),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(what, day), t.same, row.methodId === null ? t.unsaved : t.saved],
    facts: [
      { label: t.price, value: formatMoney(row.amountMinor, row.currency, locale) },
      { label: t.first, value: day },
    ],
    button: { label: t.button, url: mailLinks.subscription(app.config, subscriptionId) },
  }
}
