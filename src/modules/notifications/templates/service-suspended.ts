import type { Locale } from '#platform/i18n.ts'
import type { SuspensionReason } from '#platform/schema.ts'
import { getMailedService } from './mailed-service.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `Your server ${hostname} is suspended`,
  preheader: 'Your data is kept.',
  heading: 'Your server is suspended',
  intro: (hostname: string) => `${hostname} was switched off for the time being. Your data is kept.`,
  reasons: {
    non_payment: 'The reason is an unpaid invoice. As soon as it is paid, the server is switched on again.',
    abuse: 'The reason is a report that the server harms others. Please get in touch with us.',
    dispute: 'The reason is a payment that was disputed with your bank. Please get in touch with us.',
    by_staff: 'Our team did this by hand. Please get in touch with us if you do not know why.',
  } satisfies Record<SuspensionReason, string>,
  openInvoices: 'Open your invoices',
  openService: 'Open your server',
}
const de: typeof en = {
  subject: (hostname) => `Ihr Server ${hostname} ist gesperrt`,
  preheader: 'Ihre Daten bleiben erhalten.',
  heading: 'Ihr Server ist gesperrt',
  intro: (hostname) => `${hostname} wurde vorläufig abgeschaltet. Ihre Daten bleiben erhalten.`,
  reasons: {
    non_payment:
      'Der Grund ist eine unbezahlte Rechnung. Sobald sie bezahlt ist, wird der Server wieder eingeschaltet.',
    abuse: 'Der Grund ist eine Meldung, dass der Server anderen schadet. Bitte melden Sie sich bei uns.',
    dispute: 'Der Grund ist eine Zahlung, der bei Ihrer Bank widersprochen wurde. Bitte melden Sie sich bei uns.',
    by_staff: 'Unser Team hat das von Hand getan. Bitte melden Sie sich bei uns, wenn Sie nicht wissen, warum.',
  },
  openInvoices: 'Rechnungen öffnen',
  openService: 'Server öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That a server was switched off and for which reasons, with the way out where the customer has one. */
export const serviceSuspended: Template = async (app, serviceId, locale) => {
  const t = texts[locale]
  const service = await getMailedService(app, serviceId)
  const suspensions = await app.db
    .selectFrom('serviceSuspensions')
    .select('reason')
    .where('serviceId', '=', serviceId)
    .where('liftedAt', 'is', null)
    .orderBy('id')
    .execute()
  const unpaid = suspensions.some(({ reason }) => reason === 'non_payment')
  return {
    subject: t.subject(service.hostname),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(service.hostname), ...suspensions.map(({ reason }) => t.reasons[reason])],
    button: unpaid
      ? { label: t.openInvoices, url: mailLinks.invoices(app.config) }
      : { label: t.openService, url: mailLinks.service(app.config, service.id) },
  }
}
