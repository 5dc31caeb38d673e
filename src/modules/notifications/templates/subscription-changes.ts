import type { App } from '#app/app.ts'
import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  facts: { due: 'Paid for it', credit: 'Credit for you', next: 'Next renewal', what: 'From now on' },
  open: 'Open subscription',
  changed: {
    subject: (what: string) => `${what} is changed`,
    heading: 'Your subscription is changed',
    preheader: 'What is agreed from now on, and what it costs.',
    intro: (what: string, day: string) => `What you asked for holds for ${what} since ${day}.`,
    server: 'If the size of the server changes, it follows within a few minutes.',
  },
  cancelled: {
    subject: (what: string, day: string) => `${what} ends on ${day}`,
    heading: 'Your cancellation is confirmed',
    preheader: (day: string) => `It runs until ${day}.`,
    intro: (what: string, day: string) => `${what} runs until ${day} and is not charged again.`,
    data: 'On that day the server, its data and its addresses are removed for good. Save what you need before.',
    undo: 'You can take the cancellation back until then.',
  },
  undone: {
    subject: (what: string) => `${what} goes on`,
    heading: 'Your subscription goes on',
    preheader: 'The cancellation was taken back.',
    intro: (what: string) => `The cancellation of ${what} was taken back. It renews as before.`,
  },
  ended: {
    subject: (what: string) => `${what} has ended`,
    heading: 'Your subscription has ended',
    preheader: 'It is not charged any more.',
    intro: (what: string) => `The subscription for ${what} has ended and is not charged any more.`,
    data: 'The server, its data and its addresses are being removed.',
    later: 'Your invoices stay available to you.',
    button: 'Open your invoices',
  },
}
const de: typeof en = {
  facts: { due: 'Dafür bezahlt', credit: 'Guthaben für Sie', next: 'Nächste Verlängerung', what: 'Ab jetzt' },
  open: 'Abonnement öffnen',
  changed: {
    subject: (what) => `${what} ist geändert`,
    heading: 'Ihr Abonnement ist geändert',
    preheader: 'Was ab jetzt vereinbart ist und was es kostet.',
    intro: (what, day) => `Was Sie gewünscht haben, gilt für ${what} seit dem ${day}.`,
    server: 'Ändert sich die Größe des Servers, folgt er innerhalb weniger Minuten.',
  },
  cancelled: {
    subject: (what, day) => `${what} endet am ${day}`,
    heading: 'Ihre Kündigung ist bestätigt',
    preheader: (day) => `Es läuft bis zum ${day}.`,
    intro: (what, day) => `${what} läuft bis zum ${day} und wird nicht mehr berechnet.`,
    data: 'An diesem Tag werden der Server, seine Daten und seine Adressen endgültig entfernt. Sichern Sie vorher, was Sie brauchen.',
    undo: 'Bis dahin können Sie die Kündigung zurücknehmen.',
  },
  undone: {
    subject: (what) => `${what} läuft weiter`,
    heading: 'Ihr Abonnement läuft weiter',
    preheader: 'Die Kündigung wurde zurückgenommen.',
    intro: (what) => `Die Kündigung von ${what} wurde zurückgenommen. Es verlängert sich wie bisher.`,
  },
  ended: {
    subject: (what) => `${what} ist beendet`,
    heading: 'Ihr Abonnement ist beendet',
    preheader: 'Es wird nichts mehr berechnet.',
    intro: (what) => `Das Abonnement für ${what} ist beendet und wird nicht mehr berechnet.`,
    data: 'Der Server, seine Daten und seine Adressen werden entfernt.',
    later: 'Ihre Rechnungen bleiben für Sie abrufbar.',
    button: 'Rechnungen öffnen',
  },
}
const texts: Record<Locale, typeof en> = { en, de }

/** What mails tell of an agreement: its server's name, or what it is for where there is none. */
async function readMailed(app: App, subscriptionId: string): Promise<{ what: string; cancelOn: string | null }> {
  const row = await app.db
    .selectFrom('subscriptions')
    .leftJoin('services', 'services.subscriptionId', 'subscriptions.id')
    .select(['subscriptions.description', 'subscriptions.cancelOn', 'services.hostname'])
    .where('subscriptions.id', '=', subscriptionId)
    .executeTakeFirstOrThrow()
  return { what: row.hostname ?? row.description, cancelOn: row.cancelOn?.toString() ?? null }
}

const dayWords = (day: string, locale: Locale): string => formatDate(`${day}T00:00:00Z`, locale, 'UTC', 'date')

/** That a change holds, what it cost or gave back, and what comes next. Its subject is the change. */
export const changeConfirmed: Template = async (app, changeId, locale) => {
  const t = texts[locale]
  const change = await app.db
    .selectFrom('changeQuotes')
    .selectAll()
    .where('id', '=', changeId)
    .executeTakeFirstOrThrow()
  const { what } = await readMailed(app, change.subscriptionId)
  const money = (minor: bigint): string => formatMoney(minor, change.currency, locale)
  return {
    subject: t.changed.subject(what),
    preheader: t.changed.preheader,
    heading: t.changed.heading,
    paragraphs: [t.changed.intro(what, dayWords(change.startsOn.toString(), locale)), t.changed.server],
    facts: [
      { label: t.facts.what, value: change.description },
      ...(change.dueMinor > 0n ? [{ label: t.facts.due, value: money(change.dueMinor) }] : []),
      ...(change.creditMinor > 0n ? [{ label: t.facts.credit, value: money(change.creditMinor) }] : []),
      { label: t.facts.next, value: `${money(change.nextMinor)}, ${dayWords(change.nextOn.toString(), locale)}` },
    ],
    button: { label: t.open, url: mailLinks.subscription(app.config, change.subscriptionId) },
  }
}

/** On which day an agreement ends, what that means, and that it can be taken back. */
export const cancellationConfirmed: Template = async (app, subscriptionId, locale) => {
  const t = texts[locale].cancelled
  const { what, cancelOn } = await readMailed(app, subscriptionId)
  // Taken back before the mail was written: the mail about that tells how it ended.
  const day = cancelOn === null ? '–' : dayWords(cancelOn, locale)
  return {
    subject: t.subject(what, day),
    preheader: t.preheader(day),
    heading: t.heading,
    paragraphs: [t.intro(what, day), t.data, t.undo],
    button: { label: texts[locale].open, url: mailLinks.subscription(app.config, subscriptionId) },
  }
}

/** That an agreement goes on after all. */
export const cancellationUndone: Template = async (app, subscriptionId, locale) => {
  const t = texts[locale].undone
  const { what } = await readMailed(app, subscriptionId)
  return {
    subject: t.subject(what),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(what)],
    button: { label: texts[locale].open, url: mailLinks.subscription(app.config, subscriptionId) },
  }
}

/** That an agreement has ended. */
export const subscriptionEnded: Template = async (app, subscriptionId, locale) => {
  const t = texts[locale].ended
  const { what } = await readMailed(app, subscriptionId)
  return {
    subject: t.subject(what),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(what), t.data, t.later],
    button: { label: t.button, url: mailLinks.invoices(app.config) },
  }
}
