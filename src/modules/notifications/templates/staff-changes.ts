import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

type Change = 'role' | 'ended' | 'secondFactor'

const en = {
  role: {
    subject: 'Your role was changed',
    intro: 'A colleague gave you another role. What you may see and do changed with it, from now on.',
  },
  ended: {
    subject: 'Your access to the team has ended',
    intro: 'You no longer have access as one of us, and every session was signed out. Thank you for your work.',
  },
  secondFactor: {
    subject: 'Your second factor was reset',
    intro:
      'A colleague took your second factor away, and every session was signed out. Log in with your password and set up a new one.',
  },
  preheader: 'So that you know.',
  notYou: 'If you did not expect this, please tell an administrator right away.',
  button: 'Log in',
}
const de: typeof en = {
  role: {
    subject: 'Ihre Rolle wurde geändert',
    intro:
      'Jemand aus dem Team hat Ihnen eine andere Rolle gegeben. Was Sie sehen und tun dürfen, ist ab jetzt entsprechend anders.',
  },
  ended: {
    subject: 'Ihr Zugang zum Team ist beendet',
    intro: 'Sie haben bei uns keinen Zugang mehr, alle Sitzungen wurden abgemeldet. Danke für Ihre Arbeit.',
  },
  secondFactor: {
    subject: 'Ihr zweiter Faktor wurde zurückgesetzt',
    intro:
      'Jemand aus dem Team hat Ihren zweiten Faktor entfernt, alle Sitzungen wurden abgemeldet. Melden Sie sich mit Ihrem Passwort an und richten Sie einen neuen ein.',
  },
  preheader: 'Damit Sie es wissen.',
  notYou: 'Wenn Sie das nicht erwartet haben, sagen Sie bitte sofort der Administration Bescheid.',
  button: 'Anmelden',
}
const texts: Record<Locale, typeof en> = { en, de }

/** So that a colleague knows what others changed about them, and a wrong change does not go unseen. */
const changed =
  (change: Change): Template =>
  async ({ config }, _userId, locale) => {
    const t = texts[locale]
    return {
      subject: t[change].subject,
      preheader: t.preheader,
      heading: t[change].subject,
      paragraphs: [t[change].intro, t.notYou],
      ...(change === 'ended' ? {} : { button: { label: t.button, url: mailLinks.signIn(config) } }),
    }
  }

export const staffRoleChanged = changed('role')
export const staffEnded = changed('ended')
export const staffSecondFactorReset = changed('secondFactor')
