import type { Locale } from '#platform/i18n.ts'
import { securityNotice } from './security-notice.ts'
import type { Template } from './template.ts'

type Change = 'added' | 'removed' | 'factorEnabled' | 'factorDisabled'

const en = {
  added: {
    subject: 'A passkey was added to your account',
    intro: 'Whoever holds it can log in as you with their finger, face or PIN, without a password.',
  },
  removed: {
    subject: 'A passkey was removed from your account',
    intro:
      'It no longer logs anybody in. It may still be listed on the device it was made on; there you can delete it.',
  },
  factorEnabled: {
    subject: 'We now ask for a passkey after your password',
    intro:
      'From now on your password alone is not enough to log in: we ask for one of your passkeys, or a recovery code, as well. All other sessions were signed out.',
  },
  factorDisabled: {
    subject: 'We no longer ask for a passkey after your password',
    intro: 'Unless you use an authenticator app, your password alone is enough to log in again.',
  },
  preheader: 'If it was you, there is nothing to do.',
  notYou:
    'If it was you, there is nothing to do. If it was not, set a new password right away, look through your passkeys and write to us:',
  button: 'Set a new password',
}
const de: typeof en = {
  added: {
    subject: 'Ein Passkey wurde zu Ihrem Konto hinzugefügt',
    intro: 'Wer ihn besitzt, meldet sich mit Finger, Gesicht oder PIN als Sie an, ganz ohne Passwort.',
  },
  removed: {
    subject: 'Ein Passkey wurde aus Ihrem Konto entfernt',
    intro:
      'Er meldet niemanden mehr an. Auf dem Gerät, auf dem er entstand, kann er noch aufgeführt sein; dort können Sie ihn löschen.',
  },
  factorEnabled: {
    subject: 'Nach Ihrem Passwort fragen wir jetzt nach einem Passkey',
    intro:
      'Zum Anmelden genügt ab jetzt nicht mehr Ihr Passwort allein: Wir fragen auch nach einem Ihrer Passkeys oder einem Wiederherstellungscode. Alle anderen Sitzungen wurden abgemeldet.',
  },
  factorDisabled: {
    subject: 'Nach Ihrem Passwort fragen wir nicht mehr nach einem Passkey',
    intro: 'Wenn Sie keine Authenticator-App nutzen, genügt zum Anmelden wieder Ihr Passwort allein.',
  },
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  notYou:
    'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie bitte sofort ein neues Passwort, sehen Sie Ihre Passkeys durch und schreiben Sie uns:',
  button: 'Neues Passwort setzen',
}
const texts: Record<Locale, typeof en> = { en, de }

const changed = (change: Change): Template =>
  securityNotice((locale) => ({ ...texts[locale], ...texts[locale][change] }))

export const passkeyAdded = changed('added')
export const passkeyRemoved = changed('removed')
export const passkeyFactorEnabled = changed('factorEnabled')
export const passkeyFactorDisabled = changed('factorDisabled')
