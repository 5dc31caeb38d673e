import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { entitlementMachine } from './entitlement.ts'

/** Takes back everything a subscription was granted, in the caller's transaction. Said again it changes nothing. */
export async function revokeEntitlements(tx: Tx, { subscriptionId }: { subscriptionId: string }): Promise<void> {
  const granted = await tx.db
    .selectFrom('entitlements')
    .selectAll()
    .where('subscriptionId', '=', subscriptionId)
    .where('state', '=', 'granted')
    .orderBy('code')
    .forUpdate()
    .execute()
  for (const entitlement of granted) await transition(tx, entitlementMachine, entitlement, 'revoke')
}
