import { z } from 'zod'
import { job } from '#platform/queue.ts'

const KEPT_HOURS = 24

/** Clears away sign-ins that ended a day ago; what became of them is in the event log. */
export const forgetSignIns = job({
  name: 'maintenance.forget-sign-ins',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    await app.db
      .deleteFrom('signIns')
      .where('expiresAt', '<', app.clock.now().subtract({ hours: KEPT_HOURS }))
      .execute()
  },
})
