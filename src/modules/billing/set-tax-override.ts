import type { App } from '#app/app.ts'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/**
 * Gives a customer a rate of their own in basis points, with the reason that is printed on their documents; null takes it
 * back, 0 charges nothing. Documents that exist keep their tax. Throws `permission_denied`, `customer_not_found`.
 */
export async function setTaxOverride(
  app: App,
  actor: Actor,
  input: { customerId: string; override: { rateBasisPoints: number; reason: string } | null },
): Promise<void> {
  requirePermission(actor, 'tax.manage')
  await app.transaction(actor, async (tx) => {
    const { id: customerId } = await lockCustomer(tx, input.customerId)
    const before = await tx.db
      .selectFrom('taxProfiles')
      .select(['overrideBasisPoints', 'overrideReason'])
      .where('customerId', '=', customerId)
      .executeTakeFirst()
    const after = {
      overrideBasisPoints: input.override?.rateBasisPoints ?? null,
      overrideReason: input.override?.reason ?? null,
    }
    await tx.db
      .insertInto('taxProfiles')
      .values({ customerId, attempts: 0, updatedAt: tx.now, ...after })
      .onConflict((conflict) => conflict.column('customerId').doUpdateSet({ ...after, updatedAt: tx.now }))
      .execute()
    await tx.emit('customer.tax_changed', customerId, { customerId, ...(before && { before }), after })
  })
}
