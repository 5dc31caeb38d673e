import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `The last backup of ${hostname} failed`,
  preheader: 'Nothing was deleted. It waits for you.',
  intro: (hostname: string, name: string) =>
    `${hostname} of ${name} is to be ended, but its last backup could not be made. Nothing was deleted, and the server stays as it is.`,
  next: 'Look at what stood in the way, then end it again on the page of the server. There you may also decide to end it without a backup.',
  button: 'Open the server',
}
const de: typeof en = {
  subject: (hostname) => `Die letzte Sicherung von ${hostname} ist fehlgeschlagen`,
  preheader: 'Gelöscht wurde nichts. Es wartet auf Sie.',
  intro: (hostname, name) =>
    `${hostname} von ${name} soll beendet werden, aber die letzte Sicherung konnte nicht erstellt werden. Gelöscht wurde nichts, und der Server bleibt, wie er ist.`,
  next: 'Sehen Sie nach, was im Weg stand, und beenden Sie ihn auf seiner Seite erneut. Dort können Sie auch entscheiden, ihn ohne Sicherung zu beenden.',
  button: 'Server öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** To colleagues: a server could not be ended, since its last backup failed, and what they can do. */
export const staffBackupFailed: Template = async (app, serviceId, locale) => {
  const t = texts[locale]
  const { hostname, name } = await app.db
    .selectFrom('services')
    .innerJoin('customers', 'customers.id', 'services.customerId')
    .select(['services.hostname', 'customers.name'])
    .where('services.id', '=', serviceId)
    .executeTakeFirstOrThrow()
  const subject = t.subject(hostname)
  return {
    subject,
    preheader: t.preheader,
    heading: subject,
    paragraphs: [t.intro(hostname, name), t.next],
    button: { label: t.button, url: mailLinks.staffService(app.config, serviceId) },
  }
}
