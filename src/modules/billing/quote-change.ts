import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { agreedCatalogAt, offerVersion } from '#modules/catalog/catalog-queries.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { assert } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Change, QUOTE_MINUTES } from './change.ts'
import { type ChangeBasis, readChangeBasis } from './change-basis.ts'
import { computeChange } from './compute-change.ts'
import { type ChangeWanted, priceChange } from './price-change.ts'
import { findObstacle, ownerWhoChanges } from './require-changeable.ts'
import { sellerAt } from './seller.ts'
import { shownBasisPoints, type TaxBuyer } from './tax.ts'
import { taxBuyerOf } from './tax-buyer.ts'

/**
 * Says what a change of an agreement costs and keeps it for 15 minutes: within them it is charged to the cent. Every figure
 * is the server's. The same key again gives the first quote. Throws `subscription_not_found`, `permission_denied`, what findObstacle and priceChange say, and
 * `seller_not_set_up`.
 */
export async function quoteChange(
  app: App,
  actor: Actor,
  input: ChangeWanted & { subscriptionId: string; idempotencyKey?: string | undefined },
): Promise<Change> {
  const { subscriptionId, idempotencyKey, ...wanted } = input
  const owner = ownerWhoChanges(actor)
  return app.transaction(actor, async (tx) => {
    const basis = await readChangeBasis(tx.db, { subscriptionId, owner, now: tx.now })
    const before = idempotencyKey === undefined ? undefined : await findQuoted(tx, subscriptionId, idempotencyKey)
    if (before) return before
    const obstacle = findObstacle(basis)
    if (obstacle) throw obstacle
    const { version, treatment } = await readOffer(app, tx.db, basis, tx.now)
    const priced = priceChange(await agreedCatalogAt(app, tx.db, version), basis, wanted)
    const computed = computeChange(basis, priced, treatment)
    const { items, detail, ...figures } = computed
    const quoted = await tx.db
      .insertInto('changeQuotes')
      .values({
        id: newId('chq'),
        customerId: basis.subscription.customerId,
        subscriptionId,
        state: 'quoted',
        wanted: JSON.stringify(wanted),
        planId: priced.plan.id,
        intervalUnit: priced.intervalUnit,
        intervalCount: priced.intervalCount,
        items: JSON.stringify(items),
        description: priced.description,
        currency: basis.subscription.currency,
        detail: JSON.stringify(detail),
        taxBasisPoints: shownBasisPoints(treatment),
        treatment: JSON.stringify(treatment),
        basis: basis.digest,
        ...figures,
        idempotencyKey: idempotencyKey ?? null,
        expiresAt: tx.now.add({ minutes: QUOTE_MINUTES }),
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .onConflict((conflict) =>
        conflict.columns(['subscriptionId', 'idempotencyKey']).where('idempotencyKey', 'is not', null).doNothing(),
      )
      .returningAll()
      .executeTakeFirst()
    // Asked twice at once, the other was first.
    const change = quoted ?? (await findQuoted(tx, subscriptionId, idempotencyKey!))
    assert(change, 'a quote is made or was made before')
    return change
  })
}

const findQuoted = (tx: Tx, subscriptionId: string, idempotencyKey: string): Promise<Change | undefined> =>
  tx.db
    .selectFrom('changeQuotes')
    .selectAll()
    .where('subscriptionId', '=', subscriptionId)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst()

async function readOffer(app: App, db: App['db'], { customer }: ChangeBasis, now: Temporal.Instant) {
  const { rows } = await sql<{ version: bigint; buyer: TaxBuyer }>`
    select ${offerVersion} as version, ${taxBuyerOf('c')} as buyer from customers c where c.id = ${customer.id}`.execute(
    db,
  )
  const { version, buyer } = rows[0]!
  const { treatment } = await sellerAt(app, db, version, buyer, now)
  return { version, treatment }
}
