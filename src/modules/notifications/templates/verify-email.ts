import { tokenHours, userTokenSecret } from '#modules/accounts/user-token.ts'
import type { Locale } from '#platform/i18n.ts'
import { getLinkToken } from './link-token.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Please confirm your email address',
  preheader: 'One click, and your sign-up is complete.',
  heading: 'Confirm your email address',
  intro: 'Thank you for signing up. Please confirm that this address is yours.',
  button: 'Confirm address',
  expires: (hours: number) => `The link works for ${hours} hours.`,
  notYou: 'You did not sign up? Then ignore this message; without your click the address stays unconfirmed.',
}
const de: typeof en = {
  subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
  preheader: 'Ein Klick, und Ihre Anmeldung ist vollständig.',
  heading: 'Bestätigen Sie Ihre E-Mail-Adresse',
  intro: 'Danke für Ihre Anmeldung. Bitte bestätigen Sie, dass diese Adresse Ihnen gehört.',
  button: 'Adresse bestätigen',
  expires: (hours) => `Der Link gilt ${hours} Stunden.`,
  notYou:
    'Sie haben sich nicht angemeldet? Dann beachten Sie diese Nachricht nicht weiter; ohne Ihren Klick bleibt die Adresse unbestätigt.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** The link that proves an address. The subject is the link; nobody is greeted by a name a stranger may have typed. */
export const verifyEmail: Template = async (app, tokenId, locale) => {
  const t = texts[locale]
  const token = await getLinkToken(app, tokenId)
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro],
    button: { label: t.button, url: mailLinks.verifyEmail(app.config, userTokenSecret(app.secrets, token)) },
    notes: [t.expires(tokenHours(token.kind)), t.notYou],
  }
}
