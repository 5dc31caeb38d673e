import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'You already have an account',
  preheader: 'Somebody tried to sign up with your address.',
  heading: 'You already have an account',
  intro:
    'Somebody, probably you, tried to sign up with this address. You already have an account, so you can simply sign in.',
  button: 'Sign in',
  forgotten: (url: string) => `Password forgotten? Set a new one here: ${url}`,
  notYou: 'It was not you? Then there is nothing to do; nothing was changed.',
}
const de: typeof en = {
  subject: 'Sie haben bereits ein Konto',
  preheader: 'Jemand wollte sich mit Ihrer Adresse anmelden.',
  heading: 'Sie haben bereits ein Konto',
  intro:
    'Jemand, vermutlich Sie, wollte sich mit dieser Adresse neu registrieren. Sie haben bereits ein Konto und können sich einfach anmelden.',
  button: 'Anmelden',
  forgotten: (url) => `Passwort vergessen? Hier setzen Sie ein neues: ${url}`,
  notYou: 'Sie waren das nicht? Dann ist nichts zu tun; es wurde nichts geändert.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** What the sign-up page must not tell a stranger, told to the owner of the address. */
export const alreadyRegistered: Template = async ({ config }, _userId, locale) => {
  const t = texts[locale]
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro],
    button: { label: t.button, url: mailLinks.signIn(config) },
    notes: [t.forgotten(mailLinks.forgotPassword(config)), t.notYou],
  }
}
