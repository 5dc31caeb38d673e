import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { findExampleGround, insertExamples, SUBJECTS } from './mail-examples.ts'
import type { Mail } from './mailer.ts'
import { renderMail } from './render-mail.ts'
import type { TemplateName } from './templates.ts'

type Wanted = { template: TemplateName; locale: Locale }

/**
 * Staff: mails as they would be written about Ada, who does not exist. The real templates read examples that are taken back at
 * once; links in them lead nowhere. Throws `permission_denied`, `mail_example_missing` while nothing is for sale.
 */
export async function previewMails(app: App, actor: Actor, wanted: readonly Wanted[]): Promise<Mail[]> {
  requirePermission(actor, 'notification.read')
  return renderExamples(app, 'ada@example.com', wanted)
}

/** The same for whoever is to get them. Nothing of the examples stays in the database. */
export async function renderExamples(app: App, recipient: string, wanted: readonly Wanted[]): Promise<Mail[]> {
  const ground = await findExampleGround(app.db)
  if (!ground)
    throw new Problem(
      'conflict',
      'mail_example_missing',
      'Examples are about a server. Set up the seller, a plan, a region and an image first.',
    )
  const examples = await app.db.startTransaction().execute()
  try {
    const subjects = await insertExamples(examples, ground, app.clock.now())
    const mails: Mail[] = []
    for (const { template, locale } of wanted) {
      const subjectId = subjects[SUBJECTS[template]]
      mails.push(
        await renderMail({ ...app, db: examples }, { id: newId('ntf'), template, recipient, locale, subjectId }),
      )
    }
    return mails
  } finally {
    await examples.rollback().execute()
  }
}
