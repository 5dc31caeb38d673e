import { z } from 'zod'
import { INTERVAL_UNITS, LEAD_DAYS_AT_MOST } from './bounds.ts'
import { rescheduleRenewals } from './reschedule-renewals.ts'
import type { SettingIssue, SettingsSection } from './section.ts'

type RenewedUnit = (typeof INTERVAL_UNITS)[number]
/** Shorter intervals first, as the database orders them. */
export const sortLeads = <T extends { unit: RenewedUnit; count: number }>(leads: readonly T[]): T[] =>
  leads.toSorted((a, b) => INTERVAL_UNITS.indexOf(a.unit) - INTERVAL_UNITS.indexOf(b.unit) || a.count - b.count)

const DAYS: Record<RenewedUnit, number> = { day: 1, week: 7, month: 28, year: 365 }

export const RenewalSettings = z.object({
  renewalLeadDays: z.int().min(0).max(LEAD_DAYS_AT_MOST),
  leads: z
    .array(
      z.object({
        unit: z.enum(INTERVAL_UNITS),
        count: z.int().min(1).max(120),
        days: z.int().min(0).max(LEAD_DAYS_AT_MOST),
      }),
    )
    .max(20)
    .transform(sortLeads),
  latePeriodFromPayment: z.boolean(),
  downgradeAtPeriodEnd: z.boolean(),
})
export type RenewalSettings = z.output<typeof RenewalSettings>

/** How early renewals are made, where a period begins that is paid late, and when what becomes cheaper holds. */
export const renewalSection: SettingsSection<RenewalSettings> = {
  schema: RenewalSettings,
  async read(db, seller) {
    const leads = await db
      .selectFrom('renewalLeads')
      .select(['intervalUnit as unit', 'intervalCount as count', 'days'])
      .where('legalEntityId', '=', seller.id)
      .where('intervalUnit', 'in', INTERVAL_UNITS)
      .$narrowType<{ unit: RenewedUnit }>()
      .orderBy('intervalUnit')
      .orderBy('intervalCount')
      .execute()
    const { renewalLeadDays, latePeriodFromPayment, downgradeAtPeriodEnd } = seller
    return { renewalLeadDays, leads, latePeriodFromPayment, downgradeAtPeriodEnd }
  },
  check: async (_db, _seller, { after }) => findLeadIssues(after),
  async write(tx, seller, { before, after: { leads, ...row } }) {
    await tx.db.updateTable('legalEntities').set(row).where('id', '=', seller.id).execute()
    await tx.db.deleteFrom('renewalLeads').where('legalEntityId', '=', seller.id).execute()
    if (leads.length > 0)
      await tx.db
        .insertInto('renewalLeads')
        .values(
          leads.map(({ unit, count, days }) => ({
            legalEntityId: seller.id,
            intervalUnit: unit,
            intervalCount: count,
            days,
          })),
        )
        .execute()
    const moved =
      row.renewalLeadDays !== before.renewalLeadDays || JSON.stringify(leads) !== JSON.stringify(before.leads)
    if (moved) await tx.enqueue(rescheduleRenewals, { legalEntityId: seller.id })
  },
}

function findLeadIssues({ leads }: RenewalSettings): SettingIssue[] {
  return leads.flatMap(({ unit, count, days }, index): SettingIssue[] => {
    const path = `leads.${index}`
    const first = leads.findIndex((each) => each.unit === unit && each.count === count)
    if (first < index) return [{ path, code: 'lead_twice', message: 'This interval is there already.' }]
    const most = DAYS[unit] * count - 1
    return days > most
      ? [
          {
            path,
            code: 'lead_too_long',
            message: 'A renewal cannot be made before its period has begun.',
            values: [most],
          },
        ]
      : []
  })
}
