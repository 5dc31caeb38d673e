import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { entitlementMachine } from './entitlement.ts'
import { type Grant, grantEntitlements } from './grant-entitlements.ts'

/**
 * Lets a subscription use exactly what is agreed from now on, in the caller's transaction: what is new or of another quantity is
 * granted, what is gone is revoked. Said again it changes nothing.
 */
export async function matchEntitlements(
  tx: Tx,
  input: { customerId: string; subscriptionId: string; grants: readonly Grant[] },
): Promise<void> {
  await grantEntitlements(tx, input)
  const agreed = new Set(input.grants.map(({ code }) => code))
  const granted = await tx.db
    .selectFrom('entitlements')
    .selectAll()
    .where('subscriptionId', '=', input.subscriptionId)
    .where('state', '=', 'granted')
    .orderBy('code')
    .forUpdate()
    .execute()
  for (const entitlement of granted)
    if (!agreed.has(entitlement.code)) await transition(tx, entitlementMachine, entitlement, 'revoke')
}
