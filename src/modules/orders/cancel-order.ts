import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { closeAttempt } from '#modules/billing/close-attempt.ts'
import { findPendingPayment, lockInvoice } from '#modules/billing/billing-queries.ts'
import { invoiceMachine } from '#modules/billing/invoice.ts'
import { releaseRedemptions } from '#modules/billing/redeem-coupons.ts'
import { voidInvoice } from '#modules/billing/void-invoice.ts'
import { type Actor, system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { can, requireVerb, transition } from '#platform/state-machine.ts'
import { type Order, orderMachine } from './order.ts'
import { getOrder, lockOrder } from './orders-queries.ts'
import { releaseOrder } from './release-stock.ts'

/**
 * Takes an unpaid order back: closes its payment page first, so that nobody pays for what will not come. An order that was
 * paid in the meantime stays, and is given as it is. Throws `order_active`, `order_cancelled`, and
 * `payment_gateway_unavailable` when the page cannot be closed now.
 */
export async function cancelOrder(
  app: App,
  actor: Actor,
  input: { orderId: string; reason: 'by_customer' | 'by_staff' | 'expired' },
): Promise<Order> {
  requireRight(actor, 'order.cancel')
  const order = await getOrder(app, actor, input.orderId)
  requireVerb(orderMachine, order, 'cancel')
  for (;;) {
    await closeAttempt(app, order.invoiceId)
    const ended = await app.transaction(actor, async (tx) => {
      const locked = await lockOrder(tx, order.id)
      requireVerb(orderMachine, locked, 'cancel')
      const invoice = await lockInvoice(tx, order.invoiceId)
      // Paid while the page was being closed: the order will be fulfilled.
      if (!can(invoiceMachine, invoice, 'void')) return locked
      // Somebody opened another page meanwhile, which has to be closed as well.
      if (await findPendingPayment(tx.db, invoice.id)) return undefined
      await voidInvoice(tx, invoice)
      await releaseRedemptions(tx, order.id)
      await releaseOrder(tx, order.id)
      return transition(tx, orderMachine, locked, 'cancel', { cancelReason: input.reason })
    })
    if (ended) return ended
  }
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
