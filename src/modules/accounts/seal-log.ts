import { z } from 'zod'
import { job } from '#platform/queue.ts'
import { sealEvents } from '#platform/event-chain.ts'

/** Once a minute: seals what came to the log, and writes the head of the chain where the database cannot reach. */
export const sealLog = job({
  name: 'maintenance.seal-log',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    const { sealed, head } = await sealEvents(app.database)
    if (sealed > 0) app.log.info({ sealed, head }, 'event log sealed')
  },
})
