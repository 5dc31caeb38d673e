import type { App } from '#app/app.ts'
import { listPending, underWay } from './payable.ts'
import { isUnderWay } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/**
 * Closes the pages on which these documents could be paid, so that nothing is paid twice by what comes next; what was paid on one
 * counts. Throws `payment_pending` while their money is on its way, and `payment_gateway_unavailable`.
 */
export async function closeOpenPages(app: App, invoiceIds: readonly string[]): Promise<void> {
  for (const pending of await listPending(app.db, invoiceIds)) {
    if (isUnderWay(pending)) throw underWay()
    const { outcome } = await settlePayment(app, pending.id, 'close')
    // Somebody pays there this very moment.
    if (outcome === 'open') throw underWay()
  }
}
