import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { type Actor, system } from '#platform/actor.ts'
import { lowestId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { requireNotice, sellerOf } from './prepare-repricing.ts'
import { agreementsOf } from './repriced-agreements.ts'
import { type Repricing, repricingMachine } from './repricing.ts'
import { lockRepricing } from './repricings-queries.ts'

const BATCH = 500

/**
 * Announces a prepared price: from here on it is fixed for whom and from which day, and each customer is told once. Throws
 * `repricing_not_found`, its state, `notice_too_short`, `repricing_for_nobody`.
 */
export async function announceRepricing(app: App, actor: Actor, input: { repricingId: string }): Promise<void> {
  requirePermission(actor, 'catalog.reprice')
  await app.transaction(actor, async (tx) => {
    const repricing = await lockRepricing(tx, input.repricingId)
    requireVerb(repricingMachine, repricing, 'announce')
    const seller = await sellerOf(tx, repricing)
    requireNotice(repricing.effectiveOn, seller, tx.now)
    const { numAffectedRows } = await sql`
      insert into repricing_items (id, repricing_id, customer_id, subscription_id, option_code, choice, quantity, old_minor, new_minor, first_on)
      select ${lowestId('rpi')} || substr(hex, 1, 12) || substr(hex, 18, 4), ${repricing.id}, a.customer_id, a.id,
        ${repricing.optionCode}, ${repricing.choice}, a.quantity, a.old_minor,
        ${repricing.amountMinor}, a.first_on
      from (${agreementsOf(repricing)}) a
        cross join lateral (select replace(gen_random_uuid()::text || substr(a.id, 1, 0), '-', '') as hex) h
      where not exists (select from repricing_exclusions x where x.repricing_id = ${repricing.id} and x.customer_id = a.customer_id)`.execute(
      tx.db,
    )
    if (!numAffectedRows)
      throw new Problem(
        'conflict',
        'repricing_for_nobody',
        'Nobody would pay this price, so there is nothing to announce.',
      )
    const { priceNoticeDays: noticeDays } = seller
    await transition(tx, repricingMachine, repricing, 'announce', { noticeDays, announcedAt: tx.now })
    await tx.enqueue(tellRepriced, { repricingId: repricing.id })
  })
}

/**
 * Takes an announced or prepared price back; who was told is told of that, too. Throws `repricing_not_found`, its state, and
 * `repricing_under_way` once a document asks for the new price.
 */
export async function cancelRepricing(app: App, actor: Actor, input: { repricingId: string }): Promise<void> {
  requirePermission(actor, 'catalog.reprice')
  await app.transaction(actor, async (tx) => {
    const repricing = await lockRepricing(tx, input.repricingId)
    requireVerb(repricingMachine, repricing, 'cancel')
    // A renewal that is being made right now holds its items; whoever comes second sees what the first did.
    await sql`update repricing_items set dropped_at = ${tx.now} where repricing_id = ${repricing.id} and billed_from is null
      and applied_at is null and dropped_at is null`.execute(tx.db)
    const { rows } = await sql<{
      underWay: boolean
    }>`select exists (select from repricing_items where repricing_id = ${repricing.id}
      and (billed_from is not null or applied_at is not null)) as under_way`.execute(tx.db)
    if (rows[0]!.underWay)
      throw new Problem(
        'conflict',
        'repricing_under_way',
        'Documents ask for the new price already. Prepare another price change instead.',
      )
    await transition(tx, repricingMachine, repricing, 'cancel')
    await tx.enqueue(spareRepriced, { repricingId: repricing.id })
  })
}

const actor = system('billing')
const payload = z.object({ repricingId: z.string() })

/** Tells every customer of an announced price, each once with all their agreements; from then on their notice runs. */
export const tellRepriced = job({
  name: 'billing.tell-repriced',
  queue: 'billing',
  payload,
  async run(app, { repricingId }, signal) {
    while (!signal.aborted && (await tellBatch(app, repricingId)) > 0);
  },
})

async function tellBatch(app: App, repricingId: string): Promise<number> {
  return app.transaction(actor, async (tx) => {
    const repricing = await lockRepricing(tx, repricingId)
    if (repricing.state !== 'announced') return 0
    const { timeZone } = await sellerOf(tx, repricing)
    const earliest = earliestOf(repricing, tx.now.toZonedDateTimeISO(timeZone).toPlainDate())
    const { rows } = await sql<Told>`
      update repricing_items i set told_at = ${tx.now}, earliest_on = ${earliest},
        first_on = first_period_on(s.anchor, s.interval_unit, s.interval_count, s.periods, ${earliest}::date)
      from subscriptions s
      where s.id = i.subscription_id and i.repricing_id = ${repricingId} and i.told_at is null and i.dropped_at is null
        and i.customer_id in (select distinct customer_id from repricing_items where repricing_id = ${repricingId} and told_at is null
          and dropped_at is null order by customer_id limit ${BATCH})
      returning i.id, i.customer_id`.execute(tx.db)
    await emitOnce(tx, 'repricing.customer_told', repricingId, rows)
    return rows.length
  })
}

/** The notice runs from the day they are told, whenever the mails leave. */
const earliestOf = ({ effectiveOn, noticeDays }: Repricing, today: Temporal.PlainDate): Temporal.PlainDate => {
  const noticed = today.add({ days: noticeDays ?? 0 })
  return Temporal.PlainDate.compare(noticed, effectiveOn) > 0 ? noticed : effectiveOn
}

/** Tells every customer who had been told that the old price stays. */
export const spareRepriced = job({
  name: 'billing.spare-repriced',
  queue: 'billing',
  payload,
  async run(app, { repricingId }, signal) {
    while (!signal.aborted && (await spareBatch(app, repricingId)) > 0);
  },
})

async function spareBatch(app: App, repricingId: string): Promise<number> {
  return app.transaction(actor, async (tx) => {
    const repricing = await lockRepricing(tx, repricingId)
    if (repricing.state !== 'cancelled') return 0
    const { rows } = await sql<Told>`
      update repricing_items set spared_at = ${tx.now}
      where repricing_id = ${repricingId} and told_at is not null and dropped_at is not null and spared_at is null
        and customer_id in (select distinct customer_id from repricing_items where repricing_id = ${repricingId} and told_at is not null
          and dropped_at is not null and spared_at is null order by customer_id limit ${BATCH})
      returning id, customer_id`.execute(tx.db)
    await emitOnce(tx, 'repricing.customer_spared', repricingId, rows)
    return rows.length
  })
}

type Told = { id: string; customerId: string }

/** One event for each customer, about the first of their agreements; all are written together with the commit. */
async function emitOnce(tx: Tx, event: string, repricingId: string, rows: readonly Told[]): Promise<void> {
  for (const [customerId, items] of Map.groupBy(rows, (row) => row.customerId))
    await tx.emit(event, items.map(({ id }) => id).toSorted()[0]!, {
      customerId,
      after: { repricingId, subscriptions: items.length },
    })
}
