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

/** Tells each person about their event by mail. Saying it again changes nothing: nobody hears the same thing twice. */
export async function notify(tx: Tx, ...notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return
  const added = await tx.db
    .insertInto('notifications')
    .values(
      notices.map((notice) => ({
        id: newId('ntf'),
        ...notice,
        state: 'queued' as const,
        createdAt: tx.now,
        updatedAt: tx.now,
      })),
    )
    .onConflict((conflict) => conflict.columns(['eventId', 'recipient', 'template']).doNothing())
    .returning('id')
    .execute()
  for (const { id } of added) await tx.enqueue(sendEmail, { notificationId: id })
}
