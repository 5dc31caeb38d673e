import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: 'An API token was made for your account',
  intro: (name: string) => `Whoever has the token “${name}” can use our API as you, as far as the token allows.`,
  preheader: 'If it was you, there is nothing to do.',
  notYou:
    'If it was you, there is nothing to do. If it was not, revoke it right away, set a new password and write to us:',
  button: 'See your tokens',
}
const de: typeof en = {
  subject: 'Für Ihr Konto wurde ein API-Token angelegt',
  intro: (name) => `Wer das Token „${name}“ hat, benutzt unsere API in Ihrem Namen, soweit das Token es erlaubt.`,
  preheader: 'Wenn Sie das waren, ist nichts zu tun.',
  notYou:
    'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, widerrufen Sie es bitte sofort, setzen Sie ein neues Passwort und schreiben Sie uns:',
  button: 'Ihre Tokens ansehen',
}
const texts: Record<Locale, typeof en> = { en, de }

export const apiTokenCreated: Template = async ({ db, config }, tokenId, locale) => {
  const t = texts[locale]
  const { name } = await db.selectFrom('apiTokens').select('name').where('id', '=', tokenId).executeTakeFirstOrThrow()
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.subject,
    paragraphs: [t.intro(name), t.notYou],
    button: { label: t.button, url: mailLinks.apiTokens(config) },
  }
}
