import { sql } from 'kysely'
import { z } from 'zod'
import { job } from '#platform/queue.ts'

/** Facts about people; those about money and machines tell nothing personal but the address they were caused from. */
const PERSONAL = '^(user|customer|member|session|invitation|api_token|service_grant|impersonation|data_export)[.]'

/**
 * `user.erased`, `customer.erased` → what the log tells of them is blotted out: the facts stay, with who and when, and the
 * chain of seals holds, as each seal names the event that told why. A second run finds it done.
 */
export const blotEvents = job({
  name: 'support.blot-events',
  queue: 'maintenance',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { eventId, subjectId }) {
    await app.db.transaction().execute(async (db) => {
      // Nothing is sealed between what is blotted out and the seals that are told of it.
      await sql`select pg_advisory_xact_lock(hashtext('event_seals'))`.execute(db)
      await sql`set local ez.blotting = 'on'`.execute(db)
      await sql`
        with why as (select sequence from events where id = ${eventId}),
        blotted as (
          update events e set
            before = case when e.name ~ ${PERSONAL} then null else e.before end,
            after = case when e.name ~ ${PERSONAL} then null else e.after end,
            address = null
          from why where e.sequence < why.sequence
            and (e.actor_id = ${subjectId} or e.subject_id = ${subjectId} or (e.customer_id = ${subjectId} and e.name ~ ${PERSONAL}))
            and (e.address is not null or (e.name ~ ${PERSONAL} and (e.before is not null or e.after is not null)))
          returning e.sequence)
        update event_seals s set blotted_by = ${eventId} from blotted b
        where s.event_sequence = b.sequence and s.blotted_by is null`.execute(db)
    })
  },
})
