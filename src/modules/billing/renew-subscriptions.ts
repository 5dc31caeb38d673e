import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { reissueRenewals } from './reissue-renewals.ts'
import type { DueRange } from './renewal-tax.ts'
import { type Renewing, renewCustomers } from './renew-customers.ts'

const actor = system('billing')
/** Bigger chunks buy nothing and lose more on a crash. */
const CHUNK = 2_000
/** SQLSTATE classes of what lies in the data itself, and not in the connection or the server. */
const OF_THE_DATA = /^(22|23|P0)/

/**
 * Makes the documents for the periods that are to be billed: by default 14 days before a period ends. Many small transactions,
 * each whole: safe at any moment, twice, in parallel, and to kill. A customer whose document cannot be made is set aside for
 * an hour, shown to staff, and stops nobody else.
 */
export const renewSubscriptions = job({
  name: 'billing.renew-subscriptions',
  queue: 'billing',
  payload: z.object({}),
  async run(app, _payload, signal) {
    const sellers = await app.db.selectFrom('legalEntities').selectAll().orderBy('id').execute()
    for (const seller of sellers) {
      const [rules, first] = await Promise.all([
        app.db.selectFrom('taxRules').selectAll().where('legalEntityId', '=', seller.id).execute(),
        app.db
          .selectFrom('dunningSteps')
          .select(({ fn }) => fn.min('day').as('day'))
          .where('legalEntityId', '=', seller.id)
          .executeTakeFirstOrThrow(),
      ])
      const today = app.clock.now().toZonedDateTimeISO(seller.timeZone).toPlainDate()
      const renewing: Renewing = { seller, rules, today, firstDunningDay: first.day }
      while (!signal.aborted && (await renewAll(app, renewing, signal)));
    }
  },
})

/**
 * Goes through the customers once, in the order of their ids: what lies together is written together, and what is done is not
 * walked past again. Gives whether anybody was billed; whoever was held by somebody else is found by going through once more.
 */
async function renewAll(app: App, renewing: Renewing, signal: AbortSignal): Promise<boolean> {
  let any = false
  for (let after = ''; !signal.aborted;) {
    const last = await renewChunk(app, renewing, after)
    if (last === undefined) break
    after = last
    any = true
  }
  return any
}

/** Bills the next customers behind this one, at most a chunk of them, and gives the last. */
async function renewChunk(app: App, renewing: Renewing, after: string): Promise<string | undefined> {
  let picked: string[] = []
  try {
    return await app.transaction(actor, async (tx) => {
      const { rows } = await sql<{ customerId: string }>`
        select customer_id from subscriptions s
        where s.customer_id > ${after} and s.legal_entity_id = ${renewing.seller.id} and s.next_billing_on <= ${renewing.today}
          and (s.cancel_on is null or s.cancel_on > s.billed_until)
          and not exists (select from billing_failures f where f.customer_id = s.customer_id and f.failed_at > ${hourBefore(tx.now)})
        order by s.customer_id limit ${CHUNK} for update of s skip locked`.execute(tx.db)
      picked = [...new Set(rows.map((row) => row.customerId))]
      if (picked.length > 0) await renewTogether(tx, renewing, picked)
      return picked.at(-1)
    })
  } catch (error) {
    if (picked.length === 0 || !isOfTheData(error)) throw error
    await renewApart(app, renewing, picked)
    return picked.at(-1)
  }
}

/** What falls due on one day is on one document, though it is made on different days. */
async function renewTogether(tx: Tx, renewing: Renewing, customerIds: readonly string[]): Promise<void> {
  let { range, ahead } = await whatIsDue(tx, renewing, customerIds)
  if (ahead.length > 0 && (await reissueRenewals(tx, renewing, ahead)))
    ({ range } = await whatIsDue(tx, renewing, customerIds))
  if (range) await renewCustomers(tx, renewing, customerIds, range)
}

/**
 * On which days what these customers are to be billed for begins, if anything is; and who of them was asked before for a period
 * that is still to begin, so that there may be a document of theirs for the same day.
 */
async function whatIsDue(
  tx: Tx,
  { seller, today }: Renewing,
  customerIds: readonly string[],
): Promise<{ range: DueRange | undefined; ahead: string[] }> {
  const { rows } = await sql<{ first: Temporal.PlainDate | null; last: Temporal.PlainDate; ahead: string[] | null }>`
    select min(billed_until) filter (where next_billing_on <= ${today}) as first, max(billed_until) filter (where next_billing_on <= ${today}) as last,
      array_agg(distinct customer_id) filter (where billed_until > current_period_end) as ahead
    from subscriptions where customer_id = any(${customerIds}::text[]) and legal_entity_id = ${seller.id}`.execute(
    tx.db,
  )
  const { first, last, ahead } = rows[0]!
  return { range: first ? { first, last } : undefined, ahead: ahead ?? [] }
}

/** Halves a chunk that failed until the one that cannot be billed stands alone. */
async function renewApart(app: App, renewing: Renewing, customerIds: readonly string[]): Promise<void> {
  const middle = Math.ceil(customerIds.length / 2)
  const parts = customerIds.length === 1 ? [customerIds] : [customerIds.slice(0, middle), customerIds.slice(middle)]
  for (const part of parts) {
    try {
      await app.transaction(actor, (tx) => renewTogether(tx, renewing, part))
    } catch (error) {
      if (!isOfTheData(error)) throw error
      if (part.length > 1) await renewApart(app, renewing, part)
      else await setAside(app, part[0]!, error)
    }
  }
}

async function setAside(app: App, customerId: string, error: Error): Promise<void> {
  const { message } = error
  await app.transaction(actor, async (tx) => {
    await tx.db
      .insertInto('billingFailures')
      .values({ customerId, message, failedAt: tx.now })
      .onConflict((conflict) => conflict.column('customerId').doUpdateSet({ message, failedAt: tx.now }))
      .execute()
    await tx.emit('customer.billing_failed', customerId, { customerId, after: { message } })
  })
}

const isOfTheData = (error: unknown): error is Error =>
  error instanceof Error && (!('code' in error) || OF_THE_DATA.test(String(error.code)))

const hourBefore = (now: Temporal.Instant): Temporal.Instant => now.subtract({ hours: 1 })
