import { formatDate, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'You signed in with a new browser or program',
  intro: 'Somebody signed in to your account with a browser or program that was not used before.',
  preheader: 'If it was you, there is nothing to do.',
  when: 'When',
  from: 'From',
  agent: 'With',
  unknown: 'unknown',
  notYou:
    'If it was you, there is nothing to do. If it was not, set a new password right away: everything else is then signed out.',
  button: 'Set a new password',
}
const de: typeof en = {
  subject: 'Anmeldung mit einem neuen Browser oder Programm',
  intro: 'Jemand hat sich in Ihrem Konto mit einem Browser oder Programm angemeldet, das vorher nicht benutzt wurde.',
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  when: 'Wann',
  from: 'Von',
  agent: 'Mit',
  unknown: 'unbekannt',
  notYou:
    'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie bitte sofort ein neues Passwort: Alles andere wird dann abgemeldet.',
  button: 'Neues Passwort setzen',
}
const texts: Record<Locale, typeof en> = { en, de }

export const newSignIn: Template = async ({ db, config }, sessionId, locale) => {
  const t = texts[locale]
  const session = await db
    .selectFrom('sessions')
    .select(['createdAt', 'address', 'userAgent'])
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow()
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.subject,
    paragraphs: [t.intro, t.notYou],
    facts: [
      { label: t.when, value: formatDate(session.createdAt.toString(), locale, 'UTC', 'full') },
      { label: t.from, value: session.address || t.unknown },
      { label: t.agent, value: session.userAgent || t.unknown },
    ],
    button: { label: t.button, url: mailLinks.forgotPassword(config) },
  }
}
