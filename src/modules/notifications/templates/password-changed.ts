import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Your password was changed',
  preheader: 'If it was you, there is nothing to do.',
  heading: 'Your password was changed',
  intro: 'The password of your account was just changed, and all other sessions were signed out.',
  notYou: 'If it was you, there is nothing to do. If it was not, set a new password right away:',
  button: 'Set a new password',
}
const de: typeof en = {
  subject: 'Ihr Passwort wurde geändert',
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  heading: 'Ihr Passwort wurde geändert',
  intro: 'Das Passwort Ihres Kontos wurde soeben geändert, und alle anderen Sitzungen wurden abgemeldet.',
  notYou: 'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie bitte sofort ein neues Passwort:',
  button: 'Neues Passwort setzen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** So that a password changed by a stranger does not go unseen. */
export const passwordChanged: Template = async ({ config }, _userId, locale) => {
  const t = texts[locale]
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro, t.notYou],
    button: { label: t.button, url: mailLinks.forgotPassword(config) },
  }
}
