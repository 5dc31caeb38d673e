import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'

/** A way to pay that the gateway keeps: what we may show of it. */
type Kept = {
  gatewayMethodId: string
  kind: string
  brand: string
  lastFour: string
  expiryMonth?: number | undefined
  expiryYear?: number | undefined
}

/** Remembers a way to pay that can be charged later; the first one of a customer is the one that is charged. */
export async function savePaymentMethod(tx: Tx, customerId: string, method: Kept): Promise<void> {
  const { gatewayMethodId, kind, brand, lastFour } = method
  const expiry = { expiryMonth: method.expiryMonth ?? null, expiryYear: method.expiryYear ?? null }
  // Two that are saved at once must not both become the first.
  await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forUpdate().execute()
  const first = await tx.db
    .selectFrom('paymentMethods')
    .select('id')
    .where('customerId', '=', customerId)
    .where('isDefault', '=', true)
    .where('forgottenAt', 'is', null)
    .executeTakeFirst()
  const added = await tx.db
    .insertInto('paymentMethods')
    .values({
      id: newId('pmt'),
      customerId,
      gateway: 'stripe',
      gatewayMethodId,
      kind,
      brand,
      lastFour,
      ...expiry,
      isDefault: first === undefined,
      createdAt: tx.now,
    })
    .onConflict((conflict) => conflict.columns(['customerId', 'gateway', 'gatewayMethodId']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (added) await tx.emit('payment_method.saved', added.id, { customerId, after: { kind, brand, lastFour } })
}
