import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { NotificationState } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Notification } from './notification.ts'

const noNotification = (): Problem => new Problem('not_found', 'notification_not_found', 'There is no such message.')

/** Another customer's message does not exist: `notification_not_found`. */
export async function getNotification(app: App, actor: Actor, notificationId: string): Promise<Notification> {
  const owner = visibleWith(actor, 'notification.read')
  return app.db
    .selectFrom('notifications')
    .selectAll()
    .where('id', '=', notificationId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(noNotification)
}

export async function lockNotification(tx: Tx, notificationId: string): Promise<Notification> {
  return tx.db
    .selectFrom('notifications')
    .selectAll()
    .where('id', '=', notificationId)
    .forUpdate()
    .executeTakeFirstOrThrow(noNotification)
}

export type NotificationFilter = PageFilter & {
  customerId?: string | undefined
  state?: NotificationState | undefined
  template?: string | undefined
  /** A part of an address, of at least three characters, however it is written; fewer find nobody. */
  recipient?: string | undefined
}

const FEWEST_LETTERS = 3

/** Written as the index over addresses is. */
function partOfRecipient(text: string): RawBuilder<boolean> {
  const part = text.trim().toLowerCase()
  if (part.length < FEWEST_LETTERS) return sql`false`
  return sql`lower(recipient) like ${`%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}`
}

/** What was sent or is about to be, newest first; users see their customer's alone. */
export async function listNotifications(
  app: App,
  actor: Actor,
  filter: NotificationFilter,
): Promise<Page<Notification>> {
  const owner = visibleWith(actor, 'notification.read') ?? filter.customerId
  const rows = await app.db
    .selectFrom('notifications')
    .selectAll()
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .$if(filter.state !== undefined, (query) => query.where('state', '=', filter.state!))
    .$if(filter.template !== undefined, (query) => query.where('template', '=', filter.template!))
    .$if(filter.recipient !== undefined, (query) => query.where(partOfRecipient(filter.recipient!)))
    .$if(filter.after !== undefined, (query) => query.where('id', '<', filter.after!))
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}
