import type { Locale } from '#platform/i18n.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import { sendEmail } from './send-email.ts'
import type { TemplateName } from './templates.ts'

export type Notice = {
  eventId: string
  template: TemplateName
  /** An email address. */
  recipient: string
  locale: Locale
  customerId: string | null
  /** What the template tells of; it is read when the mail is written, so that nothing stale is sent. */
  subjectId: string
}

/** Tells one person about one event by mail. Saying it again changes nothing: nobody hears the same thing twice. */
export async function notify(tx: Tx, notice: Notice): Promise<void> {
  const added = await tx.db
    .insertInto('notifications')
    .values({ id: newId('ntf'), ...notice, state: 'queued', createdAt: tx.now, updatedAt: tx.now })
    .onConflict((conflict) => conflict.columns(['eventId', 'recipient', 'template']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (added) await tx.enqueue(sendEmail, { notificationId: added.id })
}
