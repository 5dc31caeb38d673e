import type { Locale } from '#platform/i18n.ts'
import { securityNotice } from './security-notice.ts'
import type { Template } from './template.ts'

type Change = 'enabled' | 'disabled'

const en = {
  enabled: {
    subject: 'Your authenticator app is switched on',
    intro:
      'From now on we ask for a code of your authenticator app when you log in. All other sessions were signed out.',
  },
  disabled: {
    subject: 'Your authenticator app is switched off',
    intro: 'Your password alone is enough to log in again. All other sessions were signed out.',
  },
  preheader: 'If it was you, there is nothing to do.',
  notYou: 'If it was you, there is nothing to do. If it was not, set a new password right away and write to us:',
  button: 'Set a new password',
}
const de: typeof en = {
  enabled: {
    subject: 'Ihre Authenticator-App ist eingeschaltet',
    intro:
      'Beim Anmelden fragen wir ab jetzt nach einem Code Ihrer Authenticator-App. Alle anderen Sitzungen wurden abgemeldet.',
  },
  disabled: {
    subject: 'Ihre Authenticator-App ist ausgeschaltet',
    intro: 'Zum Anmelden genügt wieder Ihr Passwort allein. Alle anderen Sitzungen wurden abgemeldet.',
  },
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  notYou:
    'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie bitte sofort ein neues Passwort und schreiben Sie uns:',
  button: 'Neues Passwort setzen',
}
const texts: Record<Locale, typeof en> = { en, de }

const changed = (change: Change): Template =>
  securityNotice((locale) => ({ ...texts[locale], ...texts[locale][change] }))

export const secondFactorEnabled = changed('enabled')
export const secondFactorDisabled = changed('disabled')
