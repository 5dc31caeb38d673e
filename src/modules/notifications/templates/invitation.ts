import { invitationSecret } from '#modules/accounts/invitation.ts'
import { formatDate, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (customer: string) => `You are invited to share the account of ${customer}`,
  lent: (hostname: string) => `You may use the server ${hostname}`,
  preheader: 'You can accept or decline.',
  intro: (inviter: string, customer: string) => `${inviter} invites you to share the account of ${customer} with us.`,
  lentIntro: (inviter: string, customer: string, hostname: string) =>
    `${inviter} of ${customer} lends you the server ${hostname}.`,
  days: (days: number) => (days === 1 ? 'It is yours to use for one day.' : `It is yours to use for ${days} days.`),
  button: 'See the invitation',
  until: (day: string) => `The invitation can be accepted until ${day}.`,
  notYou: 'You do not know what this is about? Then ignore this message; nothing happens without you.',
}
const de: typeof en = {
  subject: (customer) => `Sie sind eingeladen, das Konto von ${customer} mitzubenutzen`,
  lent: (hostname) => `Sie dürfen den Server ${hostname} benutzen`,
  preheader: 'Sie können annehmen oder ablehnen.',
  intro: (inviter, customer) => `${inviter} lädt Sie ein, das Konto von ${customer} bei uns mitzubenutzen.`,
  lentIntro: (inviter, customer, hostname) => `${inviter} von ${customer} leiht Ihnen den Server ${hostname}.`,
  days: (days) =>
    days === 1 ? 'Sie können ihn einen Tag lang benutzen.' : `Sie können ihn ${days} Tage lang benutzen.`,
  button: 'Einladung ansehen',
  until: (day) => `Die Einladung kann bis zum ${day} angenommen werden.`,
  notYou: 'Sie wissen nicht, worum es geht? Dann beachten Sie diese Nachricht nicht weiter; ohne Sie geschieht nichts.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** Asks somebody to share a customer or to use one service. The subject is the invitation. */
export const invitation: Template = async (app, invitationId, locale) => {
  const t = texts[locale]
  const asked = await app.db
    .selectFrom('invitations as i')
    .innerJoin('customers as c', 'c.id', 'i.customerId')
    .innerJoin('users as u', 'u.id', 'i.invitedBy')
    .leftJoin('services as s', 's.id', 'i.serviceId')
    .select(['i.id', 'i.email', 'i.expiresAt', 'i.lentDays', 'c.name', 'c.company', 'u.name as inviter', 's.hostname'])
    .where('i.id', '=', invitationId)
    .executeTakeFirstOrThrow()
  const customer = asked.company ?? asked.name
  const { hostname, lentDays } = asked
  const subject = hostname === null ? t.subject(customer) : t.lent(hostname)
  return {
    subject,
    preheader: t.preheader,
    heading: subject,
    paragraphs:
      hostname === null
        ? [t.intro(asked.inviter, customer)]
        : [t.lentIntro(asked.inviter, customer, hostname), ...(lentDays === null ? [] : [t.days(lentDays)])],
    button: { label: t.button, url: mailLinks.invitation(app.config, invitationSecret(app.secrets, asked)) },
    notes: [t.until(formatDate(asked.expiresAt.toString(), locale)), t.notYou],
  }
}
