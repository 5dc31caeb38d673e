import { formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'We received your order',
  preheader: 'As soon as it is paid, we set it up.',
  heading: 'Thank you for your order',
  intro: 'We received your order. As soon as your payment has arrived, we set everything up and write to you again.',
  free: {
    preheader: 'Nothing is due today; we are setting it up.',
    intro: 'We received your order. Nothing is due today: we set everything up now and write to you again.',
  },
  item: 'Ordered',
  total: 'Total',
  button: 'Follow your order',
  unpaid: (url: string) => `Not paid yet? Here is what to pay: ${url}`,
}
const de: typeof en = {
  subject: 'Wir haben Ihre Bestellung erhalten',
  preheader: 'Sobald sie bezahlt ist, richten wir alles ein.',
  heading: 'Danke für Ihre Bestellung',
  intro:
    'Wir haben Ihre Bestellung erhalten. Sobald Ihre Zahlung eingegangen ist, richten wir alles ein und schreiben Ihnen wieder.',
  free: {
    preheader: 'Heute ist nichts zu zahlen; wir richten alles ein.',
    intro:
      'Wir haben Ihre Bestellung erhalten. Heute ist nichts zu zahlen: Wir richten jetzt alles ein und schreiben Ihnen wieder.',
  },
  item: 'Bestellt',
  total: 'Summe',
  button: 'Bestellung verfolgen',
  unpaid: (url) => `Noch nicht bezahlt? Hier steht, was zu zahlen ist: ${url}`,
}
const texts: Record<Locale, typeof en> = { en, de }

/** Says what was ordered, for how much, and where to follow it. */
export const orderReceived: Template = async (app, orderId, locale) => {
  const t = texts[locale]
  const order = await app.db
    .selectFrom('orders')
    .select(['id', 'invoiceId', 'currency', 'totalMinor'])
    .where('id', '=', orderId)
    .executeTakeFirstOrThrow()
  const items = await app.db
    .selectFrom('orderItems')
    .select('description')
    .where('orderId', '=', orderId)
    .orderBy('position')
    .execute()
  const isFree = order.totalMinor === 0n
  const { preheader, intro } = isFree ? t.free : t
  return {
    subject: t.subject,
    preheader,
    heading: t.heading,
    paragraphs: [intro],
    facts: [
      ...items.map(({ description }) => ({ label: t.item, value: description })),
      { label: t.total, value: formatMoney(order.totalMinor, order.currency, locale) },
    ],
    button: { label: t.button, url: mailLinks.order(app.config, order.id, locale) },
    notes: isFree ? [] : [t.unpaid(mailLinks.invoice(app.config, order.invoiceId))],
  }
}
