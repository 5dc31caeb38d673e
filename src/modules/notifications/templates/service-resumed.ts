import type { Locale } from '#platform/i18n.ts'
import { getMailedService } from './mailed-service.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `Your server ${hostname} is available again`,
  preheader: 'The suspension has been lifted.',
  heading: 'Your server is available again',
  intro: (hostname: string) => `The suspension of ${hostname} has been lifted. Your data is as it was.`,
  button: 'Open your server',
}
const de: typeof en = {
  subject: (hostname) => `Ihr Server ${hostname} ist wieder verfügbar`,
  preheader: 'Die Sperre ist aufgehoben.',
  heading: 'Ihr Server ist wieder verfügbar',
  intro: (hostname) => `Die Sperre von ${hostname} ist aufgehoben. Ihre Daten sind, wie sie waren.`,
  button: 'Server öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That a suspension is over. */
export const serviceResumed: Template = async (app, serviceId, locale) => {
  const t = texts[locale]
  const service = await getMailedService(app, serviceId)
  return {
    subject: t.subject(service.hostname),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(service.hostname)],
    button: { label: t.button, url: mailLinks.service(app.config, service.id) },
  }
}
