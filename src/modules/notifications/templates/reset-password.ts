import { tokenHours, userTokenSecret } from '#modules/accounts/user-token.ts'
import { type Locale, plural } from '#platform/i18n.ts'
import { getLinkToken } from './link-token.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Set a new password',
  preheader: 'The link you asked for.',
  heading: 'Set a new password',
  intro: 'Somebody, probably you, asked to set a new password for this address.',
  button: 'Choose a new password',
  expires: (hours: number) =>
    `The link works once, for ${hours} ${plural('en', hours, { one: 'hour', other: 'hours' })}. Afterwards you are signed out everywhere.`,
  notYou: 'It was not you? Then ignore this message; your password stays as it is.',
}
const de: typeof en = {
  subject: 'Neues Passwort setzen',
  preheader: 'Der Link, um den Sie gebeten haben.',
  heading: 'Neues Passwort setzen',
  intro: 'Jemand, vermutlich Sie, möchte für diese Adresse ein neues Passwort setzen.',
  button: 'Neues Passwort wählen',
  expires: (hours) =>
    `Der Link gilt einmal, ${hours} ${plural('de', hours, { one: 'Stunde', other: 'Stunden' })} lang. Danach sind Sie überall abgemeldet.`,
  notYou: 'Sie waren das nicht? Dann beachten Sie diese Nachricht nicht weiter; Ihr Passwort bleibt, wie es ist.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** The link that sets a new password. The subject is the link. */
export const resetPassword: Template = async (app, tokenId, locale) => {
  const t = texts[locale]
  const token = await getLinkToken(app, tokenId)
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro],
    button: { label: t.button, url: mailLinks.resetPassword(app.config, userTokenSecret(app.secrets, token)) },
    notes: [t.expires(tokenHours(token.kind)), t.notYou],
  }
}
