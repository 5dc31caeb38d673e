import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Invoice } from '#modules/billing/invoice.ts'
import { getPayable, listPending, lockPayable, underWay } from '#modules/billing/payable.ts'
import { settlePayment } from '#modules/billing/settle-payment.ts'
import { noteTransferChosen } from '#modules/billing/transfer.ts'
import type { Actor } from '#platform/actor.ts'

/**
 * Notes that a document will be paid by bank transfer. Its open payment page is closed, so that it is not paid twice, and the
 * order it is for waits as long as the document does. Nothing is delivered before staff record the money; a card may still be used
 * instead. Throws `permission_denied`, `transfer_not_offered`, `payment_pending`, and what getPayable says.
 */
export async function chooseTransfer(app: App, actor: Actor, input: { invoiceId: string }): Promise<Invoice> {
  requireRight(actor, 'invoice.pay')
  const ids = [input.invoiceId]
  await getPayable(app.db, actor, ids)
  for (const pending of await listPending(app.db, ids)) {
    if (pending.channel !== 'checkout') throw underWay()
    const { outcome } = await settlePayment(app, pending.id, 'close')
    if (outcome === 'open') throw underWay()
  }
  return app.transaction(actor, async (tx) => {
    // The order before its document, as whoever cancels it does.
    const order = await tx.db
      .selectFrom('orders')
      .select('id')
      .where('invoiceId', '=', input.invoiceId)
      .where('state', '=', 'pending')
      .forUpdate()
      .executeTakeFirst()
    const [invoice] = await lockPayable(tx, actor, ids)
    const chosen = await noteTransferChosen(tx, invoice)
    if (order)
      await tx.db
        .updateTable('orders')
        .set({ expiresAt: chosen.dueAt, updatedAt: tx.now })
        .where('id', '=', order.id)
        .execute()
    return chosen
  })
}
