import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'
import { renewSubscriptions } from './renew-subscriptions.ts'
import { chunkTaxes, componentsOf, partyOf, treatmentsOf } from './renewal-tax.ts'
import type { LegalEntity } from './seller.ts'
import type { TaxRule } from './tax.ts'
import { voidInvoice } from './void-invoice.ts'

const actor = system('billing')
/** Customers looked at together. */
const CHUNK = 500

type Seller = { seller: LegalEntity; rules: TaxRule[]; today: Temporal.PlainDate }
type Outdated = Invoice & { isFree: boolean; isTold: boolean }

/**
 * After a tax rule, or what a customer is taxed by, changed: open renewals without a number whose day has not passed are taken back
 * when they name another tax than their day asks for, and made anew. One that holds money, or that a payment is on its way
 * for, stays as it is, and staff are told once. Looks at one customer when a customer changed. Safe twice and to kill.
 */
export const retaxRenewals = job({
  name: 'billing.retax-renewals',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  run: (app, { subjectId }, signal) => retaxAll(app, signal, subjectId.startsWith('cus_') ? subjectId : undefined),
})

/** Job: the same for everybody, for those that became free to be made anew, as when a payment failed. */
export const retaxLeftRenewals = job({
  name: 'billing.retax-left-renewals',
  queue: 'billing',
  payload: z.strictObject({}),
  run: (app, _payload, signal) => retaxAll(app, signal, undefined),
})

async function retaxAll(app: App, signal: AbortSignal, only: string | undefined): Promise<void> {
  for (const seller of await readSellers(app))
    for (let after = ''; !signal.aborted;) {
      const last = await app.transaction(actor, (tx) => retaxChunk(tx, seller, { only, after }))
      if (last === undefined) break
      after = last
    }
}

/** The sellers with their rules and their present day. */
export async function readSellers(app: App): Promise<Seller[]> {
  const sellers = await app.db.selectFrom('legalEntities').selectAll().orderBy('id').execute()
  const rules = await app.db.selectFrom('taxRules').selectAll().execute()
  return sellers.map((seller) => ({
    seller,
    rules: rules.filter((rule) => rule.legalEntityId === seller.id),
    today: app.clock.now().toZonedDateTimeISO(seller.timeZone).toPlainDate(),
  }))
}

async function retaxChunk(
  tx: Tx,
  seller: Seller,
  from: { only: string | undefined; after: string },
): Promise<string | undefined> {
  const customerIds = await customersWithRenewals(tx.db, seller, from)
  if (customerIds.length === 0) return undefined
  await refreshBuyers(tx, customerIds)
  const outdated = await findOutdated(tx.db, seller, customerIds, sql`for update of i`)
  for (const document of outdated) {
    if (document.isFree) await voidInvoice(tx, document)
    else if (!document.isTold)
      await tx.emit('invoice.tax_outdated', document.id, {
        customerId: document.customerId,
        after: { dueOn: String(document.dueOn) },
      })
  }
  if (outdated.some(({ isFree }) => isFree)) await tx.enqueue(renewSubscriptions, {})
  return customerIds.at(-1)
}

/** What is not numbered yet names its buyer as they are now, unless that would not fit the tax it names. */
async function refreshBuyers(tx: Tx, customerIds: readonly string[]): Promise<void> {
  await sql`
    update invoices i set buyer = p.party, updated_at = ${tx.now}
    from (select c.id, ${partyOf('c')} as party from customers c where c.id = any(${customerIds}::text[])) p
    where i.customer_id = p.id and i.state = 'open' and i.purpose = 'renewal' and i.number is null and i.buyer <> p.party
      and i.buyer->>'country' is not distinct from p.party->>'country' and i.buyer->>'vatId' is not distinct from p.party->>'vatId'`.execute(
    tx.db,
  )
}

/** Customers whom a seller asks for renewals that are not due before today, in order. */
export async function customersWithRenewals(
  db: App['db'],
  { seller, today }: Seller,
  { only, after }: { only?: string | undefined; after: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom('invoices')
    .select('customerId')
    .distinct()
    .where('legalEntityId', '=', seller.id)
    .where('state', '=', 'open')
    .where('purpose', '=', 'renewal')
    .where('number', 'is', null)
    .where('dueOn', '>=', today)
    .where('customerId', '>', after)
    .$if(only !== undefined, (query) => query.where('customerId', '=', only!))
    .orderBy('customerId')
    .limit(CHUNK)
    .execute()
  return rows.map(({ customerId }) => customerId)
}

/**
 * The open renewals of these customers that name another tax than their day asks for. `isFree`: they can be made anew,
 * since they hold no money, no payment is on its way and their agreements go on unchanged; `isTold`: staff know.
 */
export async function findOutdated(
  db: App['db'],
  { seller, rules, today }: Seller,
  customerIds: readonly string[],
  lock: RawBuilder<unknown> = sql``,
): Promise<Outdated[]> {
  const { rows: days } = await sql<{ first: Temporal.PlainDate; last: Temporal.PlainDate }>`
    select min(due_on) as first, max(due_on) as last from invoices
    where customer_id = any(${customerIds}::text[]) and state = 'open' and purpose = 'renewal' and due_on >= ${today}`.execute(
    db,
  )
  const [range] = days
  if (!range?.first) return []
  const taxes = await chunkTaxes(db, { seller, rules, today, range }, customerIds)
  const { rows } = await sql<Outdated>`
    with treatments as materialized (${treatmentsOf(taxes)}), components as materialized (${componentsOf(taxes)})
    select i.*,
      i.paid_minor = 0 and i.transfer_chosen_at is null
        and not exists (select from payment_allocations a where a.invoice_id = i.id and a.pending)
        and not exists (select from invoice_lines l join subscriptions s on s.id = l.subscription_id
          where l.invoice_id = i.id and l.kind = 'plan'
            and (s.state = 'cancelled' or s.cancel_on is not null or s.billed_until <> l.period_end)) as is_free,
      exists (select from events e where e.subject_id = i.id and e.name = 'invoice.tax_outdated') as is_told
    from invoices i join treatments t on t.customer_id = i.customer_id and i.due_on >= t.from_day and i.due_on < t.to_day
    where i.legal_entity_id = ${seller.id} and i.state = 'open' and i.purpose = 'renewal' and i.number is null and i.due_on >= ${today}
      and (select jsonb_agg(jsonb_build_array(x.position, x.name, x.category, x.rate_basis_points, x.finer_millionths, x.compound, x.note) order by x.position)
            from invoice_taxes x where x.invoice_id = i.id)
          is distinct from (select jsonb_agg(jsonb_build_array(c.position, c.name, c.category, c.rate_basis_points, c.finer_millionths, c.compound,
              c.notes->>i.locale::text) order by c.position)
            from components c where c.place = t.place)
    order by i.id ${lock}`.execute(db)
  return rows
}
