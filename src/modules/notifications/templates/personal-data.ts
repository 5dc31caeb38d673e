import { ERASED_AFTER_DAYS } from '#modules/support/close-customer.ts'
import { formatDate, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  ready: {
    subject: 'Your data is ready to take along',
    preheader: 'The file can be had for seven days.',
    text: 'Everything we hold about you is in one file. Log in to get it; it can be had for seven days.',
    button: 'Get the file',
  },
  closed: {
    subject: 'Your account is closed',
    preheader: 'What is personal in it is erased in two weeks.',
    text: 'Nobody can act for this account any more. Its tokens and invitations have ended, and everybody is signed out.',
    kept: (invoices: number) =>
      invoices === 0
        ? 'There are no invoices that the law asks us to keep.'
        : `What the law asks us to keep stays, and is used for nothing else: ${invoices} ${invoices === 1 ? 'invoice' : 'invoices'} with payments and entries.`,
    erased: (date: string) =>
      `Everything else that is personal is erased on ${date}. Until then we can open the account again: write to us.`,
    button: 'To our site',
  },
}
const de: typeof en = {
  ready: {
    subject: 'Ihre Daten liegen bereit',
    preheader: 'Die Datei ist sieben Tage lang abrufbar.',
    text: 'Alles, was wir über Sie gespeichert haben, steht in einer Datei. Melden Sie sich an, um sie abzurufen; das geht sieben Tage lang.',
    button: 'Datei abrufen',
  },
  closed: {
    subject: 'Ihr Konto ist geschlossen',
    preheader: 'Was darin persönlich ist, wird in zwei Wochen gelöscht.',
    text: 'Für dieses Konto kann niemand mehr handeln. Seine Tokens und Einladungen sind beendet, und alle sind abgemeldet.',
    kept: (invoices) =>
      invoices === 0
        ? 'Es gibt keine Rechnungen, die wir nach dem Gesetz aufbewahren müssen.'
        : `Was wir nach dem Gesetz aufbewahren müssen, bleibt und wird für nichts anderes benutzt: ${invoices} ${invoices === 1 ? 'Rechnung' : 'Rechnungen'} mit Zahlungen und Buchungen.`,
    erased: (date) =>
      `Alles andere, was persönlich ist, wird am ${date} gelöscht. Bis dahin können wir das Konto wieder öffnen: Schreiben Sie uns.`,
    button: 'Zu unserer Website',
  },
}
const texts: Record<Locale, typeof en> = { en, de }

export const dataExportReady: Template = async ({ config }, _userId, locale) => {
  const t = texts[locale].ready
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.subject,
    paragraphs: [t.text],
    button: { label: t.button, url: mailLinks.ownData(config) },
  }
}

export const accountClosed: Template = async ({ db, config, clock }, customerId, locale) => {
  const t = texts[locale].closed
  const { closedAt, invoices } = await db
    .selectFrom('customers')
    .select('closedAt')
    .select((query) =>
      query
        .selectFrom('invoices')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .whereRef('invoices.customerId', '=', 'customers.id')
        .where('number', 'is not', null)
        .as('invoices'),
    )
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const erasedAt = (closedAt ?? clock.now()).add({ hours: 24 * ERASED_AFTER_DAYS })
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.subject,
    paragraphs: [t.text, t.kept(Number(invoices ?? 0n)), t.erased(formatDate(erasedAt.toString(), locale))],
    button: { label: t.button, url: mailLinks.site(config) },
  }
}
