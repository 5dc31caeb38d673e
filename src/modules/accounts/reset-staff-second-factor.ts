import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { dropFactors } from './drop-factors.ts'
import { endSessions } from './end-sessions.ts'
import { lockColleague } from './lock-colleague.ts'
import { requireConfirmed } from './confirmed.ts'
import { requirePermission } from './permissions.ts'
import { hasSecondFactor } from './second-factor.ts'

/**
 * For a colleague who lost their phone: takes their second factor away and ends every session; where one is demanded
 * they set up a new one at the next sign-in. Throws `permission_denied`, `confirmation_needed`, `second_factor_off`,
 * as lockColleague.
 */
export async function resetStaffSecondFactor(app: App, actor: Actor, input: { userId: string }): Promise<void> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  await app.transaction(actor, async (tx) => {
    const { id } = await lockColleague(tx, input.userId)
    if (!(await hasSecondFactor(tx.db, id)))
      throw new Problem('conflict', 'second_factor_off', 'This colleague has no second factor.')
    await dropFactors(tx, id)
    await endSessions(tx, { userId: id, customerId: null })
    await tx.emit('staff.second_factor_reset', id, {
      before: { secondFactor: 'on' },
      after: { secondFactor: 'off' },
    })
  })
}
