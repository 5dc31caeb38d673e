import { MAIL_VARIABLES, VARIABLES_OF } from '#modules/notifications/mail-variables.ts'
import type { Mail } from '#modules/notifications/mailer.ts'
import { previewMails } from '#modules/notifications/preview-mail.ts'
import type { TemplateName } from '#modules/notifications/templates.ts'
import type { Locale } from '#platform/i18n.ts'
import { staffObjectsMessages } from '../../messages/staff-objects.ts'
import type { StaffScope } from '../access.ts'

/** A mail with its example in every language, and what in it differs from mail to mail. */
export type MailExample = {
  name: TemplateName
  title: string
  variables: { name: string; value: string }[]
  parts: Record<Locale, { subject: string; text: string }>
}

export async function findMail(
  { app, actor }: StaffScope,
  template: TemplateName,
  locale: Locale,
): Promise<MailExample> {
  const [en, de] = await previewMails(app, actor, [
    { template, locale: 'en' },
    { template, locale: 'de' },
  ])
  return {
    name: template,
    title: staffObjectsMessages[locale].customers.templates[template] ?? template,
    variables: VARIABLES_OF[template].map((name) => ({ name, value: MAIL_VARIABLES[name](locale) })),
    parts: { en: partOf(en!), de: partOf(de!) },
  }
}

const partOf = ({ subject, text }: Mail) => ({ subject, text })
