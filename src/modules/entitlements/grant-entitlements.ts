import { newId } from '#platform/ids.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Entitlement, entitlementMachine } from './entitlement.ts'

export type Grant = { code: string; quantity: number }

/**
 * Grants a subscription what was bought, in the caller's transaction. Said again it changes nothing; said with another
 * quantity it takes the new one; what was revoked is granted anew. The caller holds the subscription's lock.
 */
export async function grantEntitlements(
  tx: Tx,
  input: { customerId: string; subscriptionId: string; grants: readonly Grant[] },
): Promise<void> {
  const held = await tx.db
    .selectFrom('entitlements')
    .selectAll()
    .where('subscriptionId', '=', input.subscriptionId)
    .orderBy('code')
    .forUpdate()
    .execute()
  const byCode = new Map(held.map((each) => [each.code, each]))
  for (const grant of input.grants) {
    const known = byCode.get(grant.code)
    if (known) await grantAgain(tx, known, grant.quantity)
    else await grantNew(tx, input, grant)
  }
}

async function grantNew(
  tx: Tx,
  { customerId, subscriptionId }: { customerId: string; subscriptionId: string },
  { code, quantity }: Grant,
): Promise<void> {
  const id = newId('etl')
  await tx.db
    .insertInto('entitlements')
    .values({
      id,
      customerId,
      subscriptionId,
      code,
      quantity,
      state: 'granted',
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .execute()
  await tx.emit('entitlement.granted', id, { customerId, after: { subscriptionId, code, quantity, state: 'granted' } })
}

async function grantAgain(tx: Tx, known: Entitlement, quantity: number): Promise<void> {
  if (known.state === 'revoked') {
    await transition(tx, entitlementMachine, known, 'grant', { quantity })
    return
  }
  if (known.quantity === quantity) return
  await tx.db.updateTable('entitlements').set({ quantity, updatedAt: tx.now }).where('id', '=', known.id).execute()
  await tx.emit('entitlement.changed', known.id, {
    customerId: known.customerId,
    before: { quantity: known.quantity },
    after: { quantity },
  })
}
