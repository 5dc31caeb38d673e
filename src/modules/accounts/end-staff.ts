import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { dropWaysIn } from './drop-factors.ts'
import { endSessions } from './end-sessions.ts'
import { lockColleague, requireAnotherAdministrator } from './lock-colleague.ts'
import { requireConfirmed } from './confirmed.ts'
import { requirePermission } from './permissions.ts'
import { endLinks } from './user-token.ts'

/**
 * A colleague leaves us: they have no role from now on, every session ends, and nothing they signed in with is left.
 * What they did stays in the log. Throws `permission_denied`, `confirmation_needed`, `last_administrator`, as lockColleague.
 */
export async function endStaff(app: App, actor: Actor, input: { userId: string }): Promise<void> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  await app.transaction(actor, async (tx) => {
    const colleague = await lockColleague(tx, input.userId)
    const { id, staffRole } = colleague
    await requireAnotherAdministrator(tx, colleague)
    await tx.db
      .updateTable('users')
      .set({ staffRole: null, staffEndedAt: tx.now, passwordHash: null, emailVerifiedAt: null, updatedAt: tx.now })
      .where('id', '=', id)
      .execute()
    await dropWaysIn(tx, id)
    await endLinks(tx, id)
    await endSessions(tx, { userId: id, customerId: null })
    await tx.emit('staff.ended', id, { before: { role: staffRole }, after: { role: null } })
  })
}
