import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { findPendingPayment, lockInvoice } from '#modules/billing/billing-queries.ts'
import { invoiceMachine } from '#modules/billing/invoice.ts'
import { settlePayment } from '#modules/billing/settle-payment.ts'
import { type Actor, system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { can, requireVerb, transition } from '#platform/state-machine.ts'
import { type Order, orderMachine } from './order.ts'
import { getOrder, lockOrder } from './orders-queries.ts'

/**
 * Takes an unpaid order back: closes its payment page first, so that nobody pays for what will not come. If it was paid in
 * the meantime the order stays: `order_active`. Throws `payment_gateway_unavailable` when the page cannot be closed now.
 */
export async function cancelOrder(
  app: App,
  actor: Actor,
  input: { orderId: string; reason: 'by_customer' | 'by_staff' | 'expired' },
): Promise<Order> {
  if (actor.kind !== 'user') requirePermission(actor, 'order.cancel')
  const order = await getOrder(app, actor, input.orderId)
  requireVerb(orderMachine, order, 'cancel')
  const pending = await findPendingPayment(app.db, order.invoiceId)
  if (pending) await settlePayment(app, pending.id, 'close')
  return app.transaction(actor, async (tx) => {
    const locked = await lockOrder(tx, order.id)
    requireVerb(orderMachine, locked, 'cancel')
    const invoice = await lockInvoice(tx, order.invoiceId)
    // Paid while the page was being closed: the order will be fulfilled.
    if (!can(invoiceMachine, invoice, 'void')) return locked
    await transition(tx, invoiceMachine, invoice, 'void')
    return transition(tx, orderMachine, locked, 'cancel', { cancelReason: input.reason })
  })
}

/** Takes back one order whose time is over. */
export const expireOrder = job({
  name: 'orders.expire-order',
  queue: 'billing',
  payload: z.object({ orderId: z.string() }),
  async run(app, { orderId }) {
    const actor = system('orders')
    const order = await getOrder(app, actor, orderId)
    if (can(orderMachine, order, 'cancel')) await cancelOrder(app, actor, { orderId, reason: 'expired' })
  },
})

const BATCH = 500

/** Finds the unpaid orders whose time is over. */
export const expireOrders = job({
  name: 'orders.expire-orders',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(system('orders'), async (tx) => {
      const due = await tx.db
        .selectFrom('orders')
        .select('id')
        .where('state', '=', 'pending')
        .where('expiresAt', '<=', tx.now)
        .orderBy('expiresAt')
        .limit(BATCH)
        .execute()
      for (const { id } of due) await tx.enqueue(expireOrder, { orderId: id })
    })
  },
})
