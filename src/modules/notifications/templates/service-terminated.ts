import { formatDate, type Locale } from '#platform/i18n.ts'
import { getMailedService } from './mailed-service.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `Your server ${hostname} has ended`,
  preheader: 'The server and what was stored on it are removed.',
  heading: 'Your server has ended',
  intro: (hostname: string) =>
    `${hostname} has ended. The server, what was stored on it and its addresses are given up and cannot be brought back.`,
  introBackedUp: (hostname: string) => `${hostname} has ended. The server and its addresses are given up.`,
  backup: (day: string) =>
    `A last backup of its disk is kept until ${day}. Write to us before then if you need something from it; afterwards it is deleted for good.`,
  later: 'Your invoices stay available to you.',
  button: 'Open your invoices',
}
const de: typeof en = {
  subject: (hostname) => `Ihr Server ${hostname} ist beendet`,
  preheader: 'Der Server und seine Daten werden entfernt.',
  heading: 'Ihr Server ist beendet',
  intro: (hostname) =>
    `${hostname} ist beendet. Der Server, seine Daten und seine Adressen werden aufgegeben und lassen sich nicht wiederherstellen.`,
  introBackedUp: (hostname) => `${hostname} ist beendet. Der Server und seine Adressen werden aufgegeben.`,
  backup: (day) =>
    `Eine letzte Sicherung seiner Festplatte bleibt bis ${day}. Schreiben Sie uns vorher, wenn Sie daraus etwas brauchen; danach wird sie endgültig gelöscht.`,
  later: 'Ihre Rechnungen bleiben für Sie abrufbar.',
  button: 'Rechnungen öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That a server is gone for good, and what stays. */
export const serviceTerminated: Template = async (app, serviceId, locale) => {
  const t = texts[locale]
  const service = await getMailedService(app, serviceId)
  const backup = await app.db
    .selectFrom('finalBackups')
    .select('keptUntil')
    .where('serviceId', '=', serviceId)
    .where('state', '=', 'kept')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return {
    subject: t.subject(service.hostname),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: backup?.keptUntil
      ? [t.introBackedUp(service.hostname), t.backup(formatDate(backup.keptUntil.toString(), locale)), t.later]
      : [t.intro(service.hostname), t.later],
    button: { label: t.button, url: mailLinks.invoices(app.config) },
  }
}
