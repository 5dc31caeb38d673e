import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { getNotification, lockNotification } from './notifications-queries.ts'
import { reaction } from './notify-of-event.ts'
import { TEMPLATE_NAMES, type TemplateName } from './templates.ts'

/** Mails whose link works for a time only: whoever needs one asks for a new link. */
const LINKS: ReadonlySet<string> = new Set<TemplateName>([
  'verify-email',
  'reset-password',
  'change-email',
  'email-changed',
  'invitation',
  'staff-invitation',
])

/** Whether a mail may be sent again: it is not on its way, and holds no link that is for one person for a time. */
export const isResendable = ({ template, state }: { template: string; state: string }): boolean =>
  state !== 'queued' && !LINKS.has(template)

/**
 * Staff: writes a mail again, to whom it was sent, with what is known now. Throws `notification_not_found`,
 * `mail_not_resendable`, `permission_denied`.
 */
export async function resendNotification(
  app: App,
  actor: Actor,
  { notificationId }: { notificationId: string },
): Promise<void> {
  requirePermission(actor, 'notification.send')
  await getNotification(app, actor, notificationId)
  await app.transaction(actor, async (tx) => {
    const sent = await lockNotification(tx, notificationId)
    if (!isResendable(sent))
      throw new Problem(
        'conflict',
        'mail_not_resendable',
        'This mail is on its way, or holds a link that works for a time only. Let them ask for a new link instead.',
      )
    const { customerId, template } = sent
    await tx.emit('notification.resent', sent.id, { ...(customerId && { customerId }), after: { template } })
  })
}

/** `notification.resent` → the same mail once more. */
export const notifyAgain = reaction('notify-again', async (app, { subjectId }) => {
  const sent = await app.db
    .selectFrom('notifications')
    .select(['template', 'recipient', 'locale', 'customerId', 'subjectId'])
    .where('id', '=', subjectId)
    .executeTakeFirstOrThrow()
  const template = TEMPLATE_NAMES.find((name) => name === sent.template)
  return template && { ...sent, template }
})
