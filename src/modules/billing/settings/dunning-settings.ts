import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '#platform/transaction.ts'
import type { DunningStep } from '../dunning-policy.ts'
import type { LegalEntity } from '../seller.ts'
import { DUNNING_ACTIONS, findDunningIssues, FIRST_DAY, LAST_DAY, sortSteps } from './dunning-rules.ts'
import type { SettingsSection } from './section.ts'

export const DunningSettings = z
  .object({
    steps: z.array(z.object({ day: z.int().min(FIRST_DAY).max(LAST_DAY), action: z.enum(DUNNING_ACTIONS) })).max(40),
  })
  .transform(({ steps }) => ({ steps: sortSteps(steps) }))
export type DunningSettings = z.output<typeof DunningSettings>

/** When and how what is not paid is asked for. Days count from the due day in the seller's time zone. */
export const dunningSection: SettingsSection<DunningSettings> = {
  schema: DunningSettings,
  async read(db, seller) {
    const steps = await db
      .selectFrom('dunningSteps')
      .select(['day', 'action'])
      .where('legalEntityId', '=', seller.id)
      .execute()
    return { steps: sortSteps(steps) }
  },
  check: async (_db, _seller, { after }) => findDunningIssues(after.steps),
  async write(tx, seller, { before, after }) {
    await tx.db.deleteFrom('dunningSteps').where('legalEntityId', '=', seller.id).execute()
    if (after.steps.length > 0)
      await tx.db
        .insertInto('dunningSteps')
        .values(after.steps.map((step) => ({ legalEntityId: seller.id, ...step })))
        .execute()
    await followSteps(tx, seller, without(after.steps, before.steps))
  },
}

const without = (steps: readonly DunningStep[], others: readonly DunningStep[]): DunningStep[] =>
  steps.filter(({ day, action }) => !others.some((other) => other.day === day && other.action === action))

/**
 * Open renewals, and what staff wrote by hand, follow the new steps from today on. Nobody is asked twice for the same: a new step whose day is over counts as
 * taken where it only asks, and where the same was said or done already; what the one before it was counted from stays. Warning,
 * suspension and deletion that were not yet done come, each as long after the one before it as the steps say.
 */
async function followSteps(tx: Tx, seller: LegalEntity, added: readonly DunningStep[]): Promise<void> {
  const today = tx.now.toZonedDateTimeISO(seller.timeZone).toPlainDate()
  await sql`
    with held as (
      select id, due_on from invoices where legal_entity_id = ${seller.id} and state = 'open' and purpose in ('renewal', 'manual') order by id for update
    ), counted as (
      insert into dunning_runs (invoice_id, day, action, outcome, ran_at)
      select h.id, s.day, s.action, 'skipped', coalesce(d.ran_at, ${tx.now})
      from held h cross join jsonb_to_recordset(${JSON.stringify(added)}::jsonb) as s (day int, action dunning_action)
        left join lateral (select max(ran_at) as ran_at from dunning_runs r where r.invoice_id = h.id and r.action = s.action) d on true
      where h.due_on + s.day < ${today} and (s.action in ('remind', 'charge', 'retry') or d.ran_at is not null)
      on conflict do nothing
    )
    update invoices i set next_dunning_on = ${today}, updated_at = ${tx.now} from held h where i.id = h.id`.execute(
    tx.db,
  )
}
