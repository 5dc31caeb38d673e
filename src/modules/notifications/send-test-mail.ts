import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Locale, LOCALES } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { renderExamples } from './preview-mail.ts'
import { TEMPLATE_NAMES, type TemplateName } from './templates.ts'

/** Hands one mail with examples to the mail server, for the colleague who asked for it. */
export const deliverTestMail = job({
  name: 'notifications.deliver-test-mail',
  queue: 'notifications',
  payload: z.object({ template: z.enum(TEMPLATE_NAMES), locale: z.enum(LOCALES), userId: z.string() }),
  async run(app, { template, locale, userId }) {
    const { email } = await app.db
      .selectFrom('users')
      .select('email')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    const [mail] = await renderExamples(app, email, [{ template, locale }])
    await app.mailer.send(mail!)
  },
})

/** Staff: sends a mail about Ada, who does not exist, to oneself. Throws `permission_denied`. */
export async function sendTestMail(
  app: App,
  actor: Actor,
  input: { template: TemplateName; locale: Locale },
): Promise<void> {
  requirePermission(actor, 'notification.send')
  if (actor.kind !== 'staff') throw new Problem('forbidden', 'permission_denied', 'Only our own people send tests.')
  const { userId } = actor
  await app.transaction(actor, async (tx) => {
    await tx.enqueue(deliverTestMail, { ...input, userId })
    await tx.emit('mail.tested', userId, { after: input })
  })
}
