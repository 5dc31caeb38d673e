import { z } from 'zod'
import { job } from '#platform/queue.ts'
import { forgetChallenges } from './passkey-challenge.ts'

const KEPT_HOURS = 24

/** Clears away sign-ins that ended a day ago, and questions no passkey answered; the event log knows what became of them. */
export const forgetSignIns = job({
  name: 'maintenance.forget-sign-ins',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    await forgetChallenges(app)
    await app.db
      .deleteFrom('signIns')
      .where('expiresAt', '<', app.clock.now().subtract({ hours: KEPT_HOURS }))
      .execute()
  },
})
