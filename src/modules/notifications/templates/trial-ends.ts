import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (what: string, day: string) => `The free trial of ${what} ends on ${day}`,
  heading: 'Your free trial ends soon',
  preheader: (day: string) => `The first payment is due on ${day}.`,
  intro: (what: string, day: string) => `${what} is free until ${day}. From that day on it is paid for.`,
  saved: 'Your saved way to pay is charged on that day; you need do nothing.',
  unsaved: 'You have no saved way to pay. Pay the invoice on the page Invoices, so that it goes on without a break.',
  stop: 'If it is not for you, cancel before that day and you pay nothing.',
  first: 'First payment',
  button: 'Open subscription',
}
const de: typeof en = {
  subject: (what, day) => `Die kostenlose Testzeit von ${what} endet am ${day}`,
  heading: 'Ihre kostenlose Testzeit endet bald',
  preheader: (day) => `Die erste Zahlung ist am ${day} fällig.`,
  intro: (what, day) => `${what} ist bis zum ${day} kostenlos. Ab diesem Tag wird es bezahlt.`,
  saved: 'An diesem Tag wird Ihre gespeicherte Zahlungsart belastet; Sie brauchen nichts zu tun.',
  unsaved:
    'Es ist keine Zahlungsart gespeichert. Bezahlen Sie die Rechnung auf der Seite Rechnungen, damit es ohne Pause weitergeht.',
  stop: 'Passt es nicht zu Ihnen, kündigen Sie vor diesem Tag; dann zahlen Sie nichts.',
  first: 'Erste Zahlung',
  button: 'Abonnement öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That a trial ends in a few days, what is paid then, and how to stop it. */
export const trialEnds: Template = async (app, subscriptionId, locale) => {
  const t = texts[locale]
  const row = await app.db
    .selectFrom('subscriptions')
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
      'subscriptions.trialEndsOn',
      'subscriptions.currentPeriodEnd',
      'services.hostname',
      'paymentMethods.id as methodId',
    ])
    .where('subscriptions.id', '=', subscriptionId)
    .executeTakeFirstOrThrow()
  const what = row.hostname ?? row.description
  const day = formatDate(`${(row.trialEndsOn ?? row.currentPeriodEnd).toString()}T00:00:00Z`, locale, 'UTC', 'date')
  return {
    subject: t.subject(what, day),
    preheader: t.preheader(day),
    heading: t.heading,
    paragraphs: [t.intro(what, day), row.methodId === null ? t.unsaved : t.saved, t.stop],
    facts: [{ label: t.first, value: `${formatMoney(row.amountMinor, row.currency, locale)}, ${day}` }],
    button: { label: t.button, url: mailLinks.subscription(app.config, subscriptionId) },
  }
}
