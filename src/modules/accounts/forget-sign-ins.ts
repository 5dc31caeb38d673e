import { sql } from 'kysely'
import { z } from 'zod'
import { job } from '#platform/queue.ts'
import { forgetChallenges } from './passkey-challenge.ts'

const KEPT_HOURS = 24

const USED_KEPT_HOURS = 7 * 24

/**
 * Clears away sign-ins that ended a day ago, questions no passkey answered, rounds to providers, attempts whose time is over, and refresh tokens used a week ago, which are
 * refused from then on as unknown; the event log knows what became of them.
 */
export const forgetSignIns = job({
  name: 'maintenance.forget-sign-ins',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    await forgetChallenges(app)
    await sql`delete from rate_limits where resets_at < clock_timestamp()`.execute(app.db)
    await app.db
      .deleteFrom('signIns')
      .where('expiresAt', '<', app.clock.now().subtract({ hours: KEPT_HOURS }))
      .execute()
    await app.db
      .deleteFrom('identityFlows')
      .where('expiresAt', '<', app.clock.now().subtract({ hours: KEPT_HOURS }))
      .execute()
    await app.db
      .deleteFrom('refreshTokens')
      .where('usedAt', '<', app.clock.now().subtract({ hours: USED_KEPT_HOURS }))
      .execute()
  },
})
