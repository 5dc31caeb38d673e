import { tokenHours, userTokenSecret } from '#modules/accounts/user-token.ts'
import { type Locale, plural } from '#platform/i18n.ts'
import { getLinkToken } from './link-token.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Join the team',
  preheader: 'Choose a password and come in.',
  heading: 'You are invited to the team',
  intro: 'A colleague has invited you to work with us. Choose a password to come in.',
  button: 'Choose a password',
  expires: (hours: number) =>
    `The link works once, for ${hours} ${plural('en', hours, { one: 'hour', other: 'hours' })}.`,
  notYou: 'You do not know what this is about? Then ignore this message; nothing happens.',
}
const de: typeof en = {
  subject: 'Kommen Sie ins Team',
  preheader: 'Wählen Sie ein Passwort und kommen Sie herein.',
  heading: 'Sie sind ins Team eingeladen',
  intro: 'Jemand aus unserem Team hat Sie zur Mitarbeit eingeladen. Wählen Sie ein Passwort, um hereinzukommen.',
  button: 'Passwort wählen',
  expires: (hours) =>
    `Der Link gilt einmal, ${hours} ${plural('de', hours, { one: 'Stunde', other: 'Stunden' })} lang.`,
  notYou: 'Sie wissen nicht, worum es geht? Dann beachten Sie diese Nachricht nicht weiter; es geschieht nichts.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** The link by which a colleague comes to us. The subject is the link. */
export const staffInvitation: Template = async (app, tokenId, locale) => {
  const t = texts[locale]
  const token = await getLinkToken(app, tokenId)
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro],
    button: { label: t.button, url: mailLinks.joinStaff(app.config, userTokenSecret(app.secrets, token)) },
    notes: [t.expires(tokenHours(token.kind)), t.notYou],
  }
}
