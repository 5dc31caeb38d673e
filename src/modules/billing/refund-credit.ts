import { sql } from 'kysely'
import { newId } from '#platform/ids.ts'
import type { CreditSource } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { creditGranted, creditUsed, post } from './ledger.ts'
import { cameOf } from './refund-plan.ts'
import type { Refund } from './refund.ts'

/**
 * Takes what a refund pays out of the customer's credit, so that nobody spends it meanwhile: first what came of its payment,
 * then the oldest grant.
 */
export async function takeCredit(tx: Tx, refund: Refund): Promise<void> {
  const { customerId, currency } = refund
  const { rows: grants } = await sql<{ id: string; remainingMinor: bigint }>`
    select g.id, g.remaining_minor from credit_grants g
    where g.customer_id = ${customerId} and g.currency = ${currency} and g.remaining_minor > 0
    order by ${cameOf(refund.paymentId)} desc, g.id for update`.execute(tx.db)
  let left = refund.creditMinor
  for (const grant of grants) {
    if (left === 0n) break
    const amountMinor = grant.remainingMinor < left ? grant.remainingMinor : left
    const id = newId('cru')
    await tx.db
      .updateTable('creditGrants')
      .set({ remainingMinor: grant.remainingMinor - amountMinor })
      .where('id', '=', grant.id)
      .execute()
    await tx.db
      .insertInto('creditUses')
      .values({ id, grantId: grant.id, customerId, refundId: refund.id, amountMinor, createdAt: tx.now })
      .execute()
    await post(tx, [creditUsed({ id, customerId, currency, amountMinor })])
    await tx.emit('credit.used', grant.id, { customerId, after: { refundId: refund.id, amountMinor, currency } })
    left -= amountMinor
  }
  if (left > 0n) throw new Error(`credit of ${customerId} was spent while refund ${refund.id} was taking it`)
}

/** What the customer is owed and does not get by other ways is their credit. */
export async function giveCredit(
  tx: Tx,
  /** A refund, or a credit note nobody is refunded for. */
  refund: Pick<Refund, 'id' | 'customerId' | 'currency'>,
  amountMinor: bigint,
  source: CreditSource,
): Promise<void> {
  if (amountMinor === 0n) return
  const { customerId, currency } = refund
  const grant = { id: newId('crg'), customerId, currency, amountMinor }
  await tx.db
    .insertInto('creditGrants')
    .values({ ...grant, remainingMinor: amountMinor, source, reference: refund.id, createdAt: tx.now })
    .execute()
  await post(tx, [creditGranted(grant, 'receivable')])
  await tx.emit('credit.granted', grant.id, { customerId, after: { amountMinor, currency, reference: refund.id } })
}
