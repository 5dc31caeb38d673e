import { sql } from 'kysely'
import { z } from 'zod'
import { job } from '#platform/queue.ts'
import { KEPT_HOURS } from './idempotency.ts'

/** Clears away the answers whose day is over. */
export const forgetIdempotencyKeys = job({
  name: 'maintenance.forget-idempotency-keys',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    await sql`delete from idempotency_keys where created_at < clock_timestamp() - make_interval(hours => ${KEPT_HOURS})`.execute(
      app.db,
    )
  },
})
