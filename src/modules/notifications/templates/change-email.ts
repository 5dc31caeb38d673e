import { tokenHours, userTokenSecret } from '#modules/accounts/user-token.ts'
import type { Locale } from '#platform/i18n.ts'
import { getLinkToken } from './link-token.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Please confirm your new email address',
  preheader: 'One click, and you log in with it.',
  heading: 'Confirm your new email address',
  intro: 'Somebody who is signed in with us, most likely you, wants to use this address from now on.',
  button: 'Use this address',
  expires: (hours: number) => `The link works for ${hours} hours.`,
  notYou: 'It was not you? Then ignore this message; without your click nothing changes.',
}
const de: typeof en = {
  subject: 'Bitte bestätigen Sie Ihre neue E-Mail-Adresse',
  preheader: 'Ein Klick, und Sie melden sich damit an.',
  heading: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
  intro: 'Jemand, der bei uns angemeldet ist, vermutlich Sie, möchte künftig diese Adresse verwenden.',
  button: 'Diese Adresse verwenden',
  expires: (hours) => `Der Link gilt ${hours} Stunden.`,
  notYou: 'Das waren nicht Sie? Dann beachten Sie diese Nachricht nicht weiter; ohne Ihren Klick ändert sich nichts.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** The link that gives a user another address. The subject is the link; it may reach a stranger, so it names nobody. */
export const changeEmail: Template = async (app, tokenId, locale) => {
  const t = texts[locale]
  const token = await getLinkToken(app, tokenId)
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro],
    button: { label: t.button, url: mailLinks.changeEmail(app.config, userTokenSecret(app.secrets, token)) },
    notes: [t.expires(tokenHours(token.kind)), t.notYou],
  }
}
