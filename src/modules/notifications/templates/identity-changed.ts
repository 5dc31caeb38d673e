import type { Locale } from '#platform/i18n.ts'
import { securityNotice } from './security-notice.ts'
import type { Template } from './template.ts'

type Change = 'connected' | 'disconnected'

const en = {
  connected: {
    subject: 'Another way to log in was connected with your account',
    intro: 'Whoever is logged in there can log in here as you. Everything else was signed out.',
  },
  disconnected: {
    subject: 'A way to log in was disconnected from your account',
    intro: 'It no longer logs anybody in as you.',
  },
  preheader: 'If it was you, there is nothing to do.',
  notYou:
    'If it was you, there is nothing to do. If it was not, set a new password right away, look at your connected accounts and write to us:',
  button: 'Set a new password',
}
const de: typeof en = {
  connected: {
    subject: 'Ein weiterer Weg zur Anmeldung wurde mit Ihrem Konto verbunden',
    intro: 'Wer dort angemeldet ist, kann sich hier als Sie anmelden. Alles andere wurde abgemeldet.',
  },
  disconnected: {
    subject: 'Ein Weg zur Anmeldung wurde von Ihrem Konto getrennt',
    intro: 'Er meldet niemanden mehr als Sie an.',
  },
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  notYou:
    'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie bitte sofort ein neues Passwort, sehen Sie Ihre verbundenen Konten durch und schreiben Sie uns:',
  button: 'Neues Passwort setzen',
}
const texts: Record<Locale, typeof en> = { en, de }

const changed = (change: Change): Template =>
  securityNotice((locale) => ({ ...texts[locale], ...texts[locale][change] }))

export const identityConnected = changed('connected')
export const identityDisconnected = changed('disconnected')
