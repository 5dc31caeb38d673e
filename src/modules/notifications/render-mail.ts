import type { App } from '#app/app.ts'
import type { Mail } from './mailer.ts'
import type { Notification } from './notification.ts'
import { renderHtml, renderText } from './templates/layout.ts'
import { templates } from './templates.ts'

/** Writes the mail of a notification with what is known now, in the recipient's language. */
export async function renderMail(
  app: App,
  notification: Pick<Notification, 'id' | 'template' | 'recipient' | 'locale' | 'subjectId'>,
): Promise<Mail> {
  const { id, template, recipient, locale, subjectId } = notification
  const write = new Map(Object.entries(templates)).get(template)
  if (!write) throw new Error(`There is no mail template ${template} in this release`)
  const content = await write(app, subjectId, locale)
  const frame = { locale, sender: senderName(app.config.smtp.from), publicUrl: app.config.publicUrl }
  return {
    messageId: `<${id}@${new URL(app.config.publicUrl).hostname}>`,
    to: recipient,
    subject: oneLine(content.subject),
    text: renderText(content, frame),
    html: await renderHtml(content, frame),
  }
}

/** The name people see in their list of mail, from `EZ Solutions <no-reply@example.com>`. */
function senderName(from: string): string {
  const name = from
    .replace(/<[^>]*>\s*$/, '')
    .replaceAll('"', '')
    .trim()
  return name || from
}

/** A subject is one header: nothing in it may begin another. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 200)
    .trim()
