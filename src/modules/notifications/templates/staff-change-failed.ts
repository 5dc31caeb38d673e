import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `${hostname} could not be changed as agreed`,
  preheader: 'It is paid for and waits for you.',
  intro: (hostname: string, name: string) =>
    `${name} changed the subscription of ${hostname} and paid for it, but the machine could not be changed. It runs as it was before.`,
  next: 'Look at what stood in the way, then try the change again on the page of the server.',
  button: 'Open the server',
}
const de: typeof en = {
  subject: (hostname) => `${hostname} konnte nicht wie vereinbart geändert werden`,
  preheader: 'Es ist bezahlt und wartet auf Sie.',
  intro: (hostname, name) =>
    `${name} hat das Abonnement von ${hostname} geändert und bezahlt, aber die Maschine konnte nicht geändert werden. Sie läuft, wie sie vorher war.`,
  next: 'Sehen Sie nach, was im Weg stand, und versuchen Sie die Änderung auf der Seite des Servers erneut.',
  button: 'Server öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** To colleagues: what was agreed and paid for could not be given, and where to try again. */
export const staffChangeFailed: Template = async (app, serviceId, locale) => {
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
