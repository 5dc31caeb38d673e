import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'
import { subscriptionMachine } from './subscription.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * Ends an agreement, so that nothing is billed for it any more. A renewal that nobody paid is taken back; what else it billed is
 * billed anew. One that has ended already is left as it is.
 */
export async function cancelSubscription(tx: Tx, subscriptionId: string): Promise<void> {
  const documents = await lockOpenRenewals(tx, subscriptionId)
  const subscription = await tx.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (!can(subscriptionMachine, subscription, 'cancel')) return
  await transition(tx, subscriptionMachine, subscription, 'cancel', { nextBillingOn: null })
  for (const document of documents) await voidInvoice(tx, document)
}

/** The documents that ask for a further period of an agreement. */
async function lockOpenRenewals(tx: Tx, subscriptionId: string): Promise<Invoice[]> {
  return tx.db
    .selectFrom('invoices')
    .selectAll()
    .where('state', '=', 'open')
    .where('purpose', '=', 'renewal')
    .where('id', 'in', (query) =>
      query
        .selectFrom('invoiceLines')
        .select('invoiceId')
        .where('subscriptionId', '=', subscriptionId)
        .where('released', '=', false),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
}
