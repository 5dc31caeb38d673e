import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { ADMIN, type Permission } from '#modules/accounts/permissions.ts'
import { system } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { type Job, job } from '#platform/queue.ts'
import { notify } from './notify.ts'
import { EventPayload } from './notify-of-event.ts'
import type { TemplateName } from './templates.ts'

/**
 * A reaction that writes to every colleague whose role lets them do something about it; where `isWorthIt` is given, only if it
 * says so of the event's subject.
 */
export function staffNotice(
  name: string,
  template: TemplateName,
  permission: Permission,
  isWorthIt?: (app: App, subjectId: string) => Promise<boolean>,
): Job<EventPayload> {
  return job({
    name: `notifications.${name}`,
    queue: 'notifications',
    payload: EventPayload,
    async run(app, { eventId, subjectId }) {
      if (isWorthIt && !(await isWorthIt(app, subjectId))) return
      const colleagues = await listColleagues(app, permission)
      await app.transaction(system('notifications'), async (tx) => {
        for (const { email: recipient, locale } of colleagues)
          await notify(tx, { eventId, template, recipient, locale, customerId: null, subjectId })
      })
    },
  })
}

const listColleagues = (app: App, permission: Permission): Promise<{ email: string; locale: Locale }[]> =>
  app.db
    .selectFrom('users')
    .innerJoin('staffRoles', 'staffRoles.id', 'users.staffRole')
    .select(['users.email', 'users.locale'])
    .where('users.staffEndedAt', 'is', null)
    .where('users.emailVerifiedAt', 'is not', null)
    .where((where) =>
      where.or([where('staffRoles.id', '=', ADMIN), sql<boolean>`${permission} = any(staff_roles.permissions)`]),
    )
    .orderBy('users.id')
    .execute()
