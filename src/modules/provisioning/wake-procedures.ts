import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { runProcedure } from '#platform/procedure.ts'
import { job } from '#platform/queue.ts'

/**
 * Job: a procedure that should have gone on two minutes ago and that no worker holds has lost its message (say, a queue
 * that was emptied); it gets a new one. A needless message does no harm.
 */
export const wakeProcedures = job({
  name: 'provisioning.wake-procedures',
  queue: 'maintenance',
  payload: z.strictObject({}),
  async run(app) {
    await app.transaction(system('provisioning'), async (tx) => {
      const { rows } = await sql<{ id: string }>`
        update procedures set wake_at = clock_timestamp()
        where state in ('running', 'compensating') and wake_at < clock_timestamp() - interval '2 minutes'
          and (lease_until is null or lease_until < clock_timestamp())
        returning id`.execute(tx.db)
      for (const { id } of rows) await tx.enqueue(runProcedure, { procedureId: id })
    })
  },
})
