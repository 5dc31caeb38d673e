import { z } from 'zod'
import type { Db } from '#platform/database.ts'
import type { DunningAction, IntervalUnit } from '#platform/schema.ts'

const ACTIONS = [
  'remind',
  'charge',
  'retry',
  'warn',
  'suspend',
  'final_warning',
  'terminate',
] as const satisfies readonly DunningAction[]
/** Those that come again. */
const UNITS = ['day', 'week', 'month', 'year'] as const satisfies readonly IntervalUnit[]

const LEAD_DAYS = z.number().int().min(0).max(60)

/** How a seller bills, as far as it decides about agreements that run already. Days are days of the seller's zone. */
export const ForecastSettings = z.strictObject({
  /** How long before a period ends the next one is billed, and where another interval has a lead of its own. */
  renewalLeadDays: LEAD_DAYS,
  renewalLeads: z
    .array(
      z.strictObject({
        intervalUnit: z.enum(UNITS),
        intervalCount: z.number().int().min(1).max(1_000),
        days: LEAD_DAYS,
      }),
    )
    .max(50),
  latePeriodFromPayment: z.boolean(),
  /** In the order of their days; days after the due day, before it when negative. */
  dunningSteps: z
    .array(z.strictObject({ day: z.number().int().min(-60).max(365), action: z.enum(ACTIONS) }))
    .max(50)
    .refine((steps) => new Set(steps.map(({ day, action }) => `${day} ${action}`)).size === steps.length),
})
export type ForecastSettings = z.output<typeof ForecastSettings>
export const DUNNING_ACTIONS: readonly DunningAction[] = ACTIONS

/** How a seller bills now. */
export async function readForecastSettings(db: Db, legalEntityId: string): Promise<ForecastSettings> {
  const [entity, renewalLeads, dunningSteps] = await Promise.all([
    db
      .selectFrom('legalEntities')
      .select(['renewalLeadDays', 'latePeriodFromPayment'])
      .where('id', '=', legalEntityId)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('renewalLeads')
      .select(['intervalUnit', 'intervalCount', 'days'])
      .where('legalEntityId', '=', legalEntityId)
      .where('intervalUnit', 'in', UNITS)
      .orderBy('intervalUnit')
      .orderBy('intervalCount')
      .execute(),
    db
      .selectFrom('dunningSteps')
      .select(['day', 'action'])
      .where('legalEntityId', '=', legalEntityId)
      .orderBy('day')
      .orderBy('action')
      .execute(),
  ])
  return { ...entity, renewalLeads: ForecastSettings.shape.renewalLeads.parse(renewalLeads), dunningSteps }
}

/** Sets how a seller bills in a copy of the database. What was planned before, such as the next step of a document, stays planned. */
export async function writeForecastSettings(db: Db, legalEntityId: string, settings: ForecastSettings): Promise<void> {
  const { renewalLeadDays, latePeriodFromPayment, renewalLeads, dunningSteps } = settings
  await db
    .updateTable('legalEntities')
    .set({ renewalLeadDays, latePeriodFromPayment })
    .where('id', '=', legalEntityId)
    .execute()
  await db.deleteFrom('renewalLeads').where('legalEntityId', '=', legalEntityId).execute()
  if (renewalLeads.length > 0)
    await db
      .insertInto('renewalLeads')
      .values(renewalLeads.map((lead) => ({ legalEntityId, ...lead })))
      .execute()
  await db.deleteFrom('dunningSteps').where('legalEntityId', '=', legalEntityId).execute()
  if (dunningSteps.length > 0)
    await db
      .insertInto('dunningSteps')
      .values(dunningSteps.map((step) => ({ legalEntityId, ...step })))
      .execute()
}
