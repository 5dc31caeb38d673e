import type { Locale } from '#platform/i18n.ts'
import { getMailedService } from './mailed-service.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `We could not set up ${hostname} yet`,
  preheader: 'Your money is safe, and our team has been told.',
  heading: 'Your server could not be set up',
  intro: (hostname: string) => `We are sorry: we could not set up ${hostname}.`,
  cause: 'A fault on our side stopped the setup. Our team has been told and will try again or get in touch with you.',
  money:
    'Your money is safe: your payment is recorded, and it is used for this server or paid back. You need not do anything.',
  button: 'See how it stands',
}
const de: typeof en = {
  subject: (hostname) => `Wir konnten ${hostname} noch nicht einrichten`,
  preheader: 'Ihr Geld ist sicher, und unser Team ist informiert.',
  heading: 'Ihr Server konnte nicht eingerichtet werden',
  intro: (hostname) => `Es tut uns leid: Wir konnten ${hostname} nicht einrichten.`,
  cause:
    'Eine Störung bei uns hat die Einrichtung abgebrochen. Unser Team ist informiert und versucht es erneut oder meldet sich bei Ihnen.',
  money:
    'Ihr Geld ist sicher: Ihre Zahlung ist verbucht und wird für diesen Server verwendet oder zurückgezahlt. Sie müssen nichts tun.',
  button: 'Stand ansehen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** The truth when a server could not be built, with the reason that was recorded for the customer. */
export const serviceFailed: Template = async (app, serviceId, locale) => {
  const t = texts[locale]
  const service = await getMailedService(app, serviceId)
  return {
    subject: t.subject(service.hostname),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(service.hostname), service.failure ?? t.cause, t.money],
    button: { label: t.button, url: mailLinks.service(app.config, service.id) },
  }
}
