import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { documentsUnderWay } from './billing-queries.ts'
import { job } from '#platform/queue.ts'
import { applyScheduled, withdrawChange } from './withdraw-change.ts'

const actor = system('billing')
const BATCH = 500
/** Quotes that nobody accepted are of no more use to anybody after a day. */
const KEPT: Temporal.DurationLike = { hours: 24 }

/** A change that was paid, replaced or taken back already; and one whose money is on its way, which is looked at again. */
const LEFT_AS_IT_IS: ReadonlySet<string> = new Set(['change_applied', 'change_withdrawn', 'subscription_changing'])

/** Takes back one change that nobody paid in time; one that was paid meanwhile stays. */
export const expireChange = job({
  name: 'billing.expire-change',
  queue: 'billing',
  payload: z.object({ changeId: z.string() }),
  async run(app, { changeId }) {
    try {
      await withdrawChange(app, actor, { changeId })
    } catch (error) {
      if (isProblem(error) && LEFT_AS_IT_IS.has(error.code)) return
      throw error
    }
  },
})

/** Applies one change whose day has come. */
export const applyScheduledChange = job({
  name: 'billing.apply-scheduled-change',
  queue: 'billing',
  payload: z.object({ changeId: z.string() }),
  async run(app, { changeId }) {
    await app.transaction(actor, (tx) => applyScheduled(tx, changeId))
  },
})

/** Looks at the changes that wait: for their money or for their day; and forgets quotes nobody accepted. */
export const wakeChanges = job({
  name: 'billing.wake-changes',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(actor, async (tx) => {
      for (const { id } of await listLapsed(tx.db, tx.now)) await tx.enqueue(expireChange, { changeId: id })
      for (const { id } of await listStarting(tx.db, tx.now)) await tx.enqueue(applyScheduledChange, { changeId: id })
      await tx.db
        .deleteFrom('changeQuotes')
        .where('state', '=', 'quoted')
        .where('expiresAt', '<', tx.now.subtract(KEPT))
        .execute()
    })
  },
})

const listLapsed = (db: App['db'], now: Temporal.Instant): Promise<{ id: string }[]> =>
  db
    .selectFrom('changeQuotes')
    .select('id')
    .where('state', '=', 'awaiting_payment')
    .where('lapsesAt', '<=', now)
    .where((where) => where.or([where('invoiceId', 'is', null), where('invoiceId', 'not in', documentsUnderWay(db))]))
    .orderBy('lapsesAt')
    .limit(BATCH)
    .execute()

/** Those whose first day has begun where their seller is; no zone is more than a day ahead. */
async function listStarting(db: App['db'], now: Temporal.Instant): Promise<{ id: string }[]> {
  const rows = await db
    .selectFrom('changeQuotes')
    .innerJoin('subscriptions', 'subscriptions.id', 'changeQuotes.subscriptionId')
    .innerJoin('legalEntities', 'legalEntities.id', 'subscriptions.legalEntityId')
    .select(['changeQuotes.id', 'changeQuotes.startsOn', 'legalEntities.timeZone'])
    .where('changeQuotes.state', '=', 'scheduled')
    .where('changeQuotes.startsOn', '<=', now.toZonedDateTimeISO('UTC').toPlainDate().add({ days: 1 }))
    .orderBy('changeQuotes.startsOn')
    .limit(BATCH)
    .execute()
  return rows.filter(
    ({ startsOn, timeZone }) =>
      Temporal.PlainDate.compare(startsOn, now.toZonedDateTimeISO(timeZone).toPlainDate()) <= 0,
  )
}
