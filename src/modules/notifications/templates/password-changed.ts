import type { Locale } from '#platform/i18n.ts'
import { securityNotice } from './security-notice.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Your password was changed',
  preheader: 'If it was you, there is nothing to do.',
  intro: 'The password of your account was just changed, and all other sessions were signed out.',
  notYou: 'If it was you, there is nothing to do. If it was not, set a new password right away:',
  button: 'Set a new password',
}
const de: typeof en = {
  subject: 'Ihr Passwort wurde geändert',
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  intro: 'Das Passwort Ihres Kontos wurde soeben geändert, und alle anderen Sitzungen wurden abgemeldet.',
  notYou: 'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie bitte sofort ein neues Passwort:',
  button: 'Neues Passwort setzen',
}
const texts: Record<Locale, typeof en> = { en, de }

export const passwordChanged: Template = securityNotice((locale) => texts[locale])
