import { maskEmail } from '#modules/accounts/user.ts'
import type { Locale } from '#platform/i18n.ts'
import { getLinkToken } from './link-token.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'Your email address was changed',
  preheader: 'If it was you, there is nothing to do.',
  heading: 'Your email address was changed',
  intro: (email: string) => `You now log in with ${email}. This address no longer opens your account.`,
  notYou: 'If it was you, there is nothing to do. If it was not, please tell us right away, so that we can help you.',
  button: 'Log in',
}
const de: typeof en = {
  subject: 'Ihre E-Mail-Adresse wurde geändert',
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  heading: 'Ihre E-Mail-Adresse wurde geändert',
  intro: (email) => `Sie melden sich jetzt mit ${email} an. Diese Adresse öffnet Ihr Konto nicht mehr.`,
  notYou: 'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, sagen Sie es uns bitte sofort, damit wir helfen können.',
  button: 'Anmelden',
}
const texts: Record<Locale, typeof en> = { en, de }

/** For the address somebody had until now. The subject is the link by which it was changed. */
export const emailChanged: Template = async (app, tokenId, locale) => {
  const t = texts[locale]
  const token = await getLinkToken(app, tokenId)
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(maskEmail(token.email)), t.notYou],
    button: { label: t.button, url: mailLinks.signIn(app.config) },
  }
}
