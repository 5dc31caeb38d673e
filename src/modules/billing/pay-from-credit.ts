import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { applyCredit } from './apply-credit.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'

/**
 * Staff: pays a customer's open documents from their credit now, the first due first, as far as it goes. Documents with a payment
 * under way are left alone. Throws `no_open_documents` when there is none that the credit could pay.
 */
export async function payFromCredit(
  app: App,
  actor: Actor,
  input: { customerId: string; currency: string },
): Promise<{ usedMinor: bigint }> {
  requirePermission(actor, 'credit.manage')
  return app.transaction(actor, async (tx) => {
    const open = await tx.db
      .selectFrom('invoices')
      .select('id')
      .where('customerId', '=', input.customerId)
      .where('currency', '=', input.currency)
      .where('state', '=', 'open')
      .where('purpose', '<>', 'topup')
      .orderBy('dueOn')
      .orderBy('id')
      .execute()
    let usedMinor = 0n
    for (const { id } of open) {
      const invoice = await lockInvoice(tx, id)
      if (await findPendingPayment(tx.db, id)) continue
      usedMinor += await applyCredit(tx, invoice, app.paymentGateway)
    }
    if (usedMinor === 0n)
      throw new Problem(
        'conflict',
        'no_open_documents',
        'This customer has no open document that the credit could pay.',
      )
    return { usedMinor }
  })
}
