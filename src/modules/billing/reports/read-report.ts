import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { LegalEntity } from '../seller.ts'

const TIMEOUT_MS = 30_000
/** Figures are few, what they are added up from is much: sorting that on disk costs more than this. */
const WORK_MEMORY = '64MB'

export type ReportReading = {
  db: App['db']
  /** Days and months are those of its time zone. */
  seller: LegalEntity
  now: Temporal.Instant
  today: Temporal.PlainDate
}

/**
 * Staff: reads the figures of a report from one moment's view of the database, so that they agree with each other. Throws
 * `permission_denied`, `seller_not_set_up`, and `report_too_long` for what would hold the database up.
 */
export async function readReport<T>(app: App, actor: Actor, read: (reading: ReportReading) => Promise<T>): Promise<T> {
  requirePermission(actor, 'report.read')
  try {
    return await app.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (db) => {
        await sql`set local statement_timeout = ${sql.lit(TIMEOUT_MS)}`.execute(db)
        await sql`set local work_mem = ${sql.lit(WORK_MEMORY)}`.execute(db)
        const seller = await db.selectFrom('legalEntities').selectAll().orderBy('id').limit(1).executeTakeFirst()
        if (!seller) throw new Problem('unavailable', 'seller_not_set_up', 'There is no seller yet.')
        const now = app.clock.now()
        return read({ db, seller, now, today: now.toZonedDateTimeISO(seller.timeZone).toPlainDate() })
      })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === '57014')
      throw new Problem(
        'unavailable',
        'report_too_long',
        'This report takes too long. Please choose a shorter range.',
        {
          cause,
        },
      )
    throw cause
  }
}

/** Staff: the time zone of the seller and the day it is there. Throws as readReport. */
export const readReportDay = (app: App, actor: Actor): Promise<{ today: Temporal.PlainDate; timeZone: string }> =>
  readReport(app, actor, ({ today, seller }) => Promise.resolve({ today, timeZone: seller.timeZone }))

/** Staff: the currencies anything was ever priced in, in order. Throws as readReport. */
export const listReportCurrencies = (app: App, actor: Actor): Promise<string[]> =>
  readReport(app, actor, async ({ db }) => {
    const rows = await db.selectFrom('prices').select('currency').distinct().orderBy('currency').execute()
    return rows.map(({ currency }) => currency)
  })
