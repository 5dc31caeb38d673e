import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { creditGranted, creditWithdrawn, post } from './ledger.ts'

type Grant = Schema['creditGrants']

/** Staff: gives a customer credit out of goodwill, with the reason. Minor units. Throws `customer_not_found`. */
export async function grantCredit(
  app: App,
  actor: Actor,
  input: { customerId: string; currency: string; amountMinor: bigint; note: string },
): Promise<Grant> {
  requirePermission(actor, 'credit.manage')
  return app.transaction(actor, async (tx) => {
    const customer = await tx.db
      .selectFrom('customers')
      .select('id')
      .where('id', '=', input.customerId)
      .where('closedAt', 'is', null)
      .executeTakeFirst()
    if (!customer) throw new Problem('not_found', 'customer_not_found', 'There is no such customer.')
    return saveGrant(tx, { ...input, source: 'staff', reference: newId('req'), from: 'goodwill' })
  })
}

/** Gives credit and posts where it came from. A fact gives credit once: `reference` is unique within its source. */
export async function saveGrant(
  tx: Tx,
  input: Pick<Grant, 'customerId' | 'currency' | 'amountMinor' | 'source' | 'reference'> & {
    note?: string
    from: Parameters<typeof creditGranted>[1]
  },
): Promise<Grant> {
  const { from, note, ...facts } = input
  const grant = await tx.db
    .insertInto('creditGrants')
    .values({
      id: newId('crg'),
      ...facts,
      note: note ?? null,
      remainingMinor: facts.amountMinor,
      createdAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await post(tx, [creditGranted(grant, from)])
  await tx.emit('credit.granted', grant.id, {
    customerId: grant.customerId,
    after: { amountMinor: grant.amountMinor, currency: grant.currency, source: grant.source },
  })
  return grant
}

/**
 * Staff: takes back what is left of credit that was given out of goodwill, with the reason. Throws `credit_not_found`,
 * `credit_used` when nothing is left, `credit_not_goodwill` for what the customer paid for.
 */
export async function withdrawCredit(app: App, actor: Actor, input: { grantId: string; note: string }): Promise<void> {
  requirePermission(actor, 'credit.manage')
  await app.transaction(actor, async (tx) => {
    const grant = await tx.db
      .selectFrom('creditGrants')
      .selectAll()
      .where('id', '=', input.grantId)
      .forUpdate()
      .executeTakeFirst()
    if (!grant) throw new Problem('not_found', 'credit_not_found', 'There is no such credit.')
    if (grant.source !== 'staff')
      throw new Problem('conflict', 'credit_not_goodwill', 'This is the customer’s own money. Refund it instead.')
    if (grant.remainingMinor === 0n) throw new Problem('conflict', 'credit_used', 'Nothing is left of this credit.')
    const { customerId, currency, remainingMinor: amountMinor } = grant
    const use = { id: newId('cru'), customerId, currency, amountMinor }
    await tx.db.updateTable('creditGrants').set({ remainingMinor: 0n }).where('id', '=', grant.id).execute()
    await tx.db
      .insertInto('creditUses')
      .values({ id: use.id, grantId: grant.id, customerId, amountMinor, note: input.note, createdAt: tx.now })
      .execute()
    await post(tx, [creditWithdrawn(use)])
    await tx.emit('credit.withdrawn', grant.id, {
      customerId,
      before: { amountMinor, currency },
      after: { note: input.note },
    })
  })
}
