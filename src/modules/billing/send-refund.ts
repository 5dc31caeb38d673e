import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { isContested } from './dispute.ts'
import { failRefund, lockRefund } from './end-refund.ts'
import { findAtGateway, lookUpRefund } from './look-up-refund.ts'
import type { GatewayRefund } from './payment-gateway.ts'
import { recordRefund } from './record-refund.ts'
import type { Refund } from './refund.ts'

const actor = system('billing')

/**
 * Asks the gateway to send money back, once: that it is about to be asked is committed before. After that the refund is only
 * looked for, since nobody knows whether a lost answer was a yes.
 */
export const sendRefund = job({
  name: 'billing.send-refund',
  queue: 'charges',
  payload: z.object({ refundId: z.string() }),
  async run(app, { refundId }) {
    const refund = await app.db.selectFrom('refunds').selectAll().where('id', '=', refundId).executeTakeFirst()
    if (refund?.state !== 'pending') return
    if (refund.sentAt !== null) return lookUpRefund(app, refund)
    const gatewayPaymentId = await gatewayPaymentOf(app, refund)
    // Staff may have asked for it again: what is there already is taken over instead.
    const there = await findAtGateway(app, refund, gatewayPaymentId)
    if (there) return void (await recordRefund(app, refund, there))
    if (!(await markSent(app, refund))) return
    const said = await send(app, refund, gatewayPaymentId)
    if (said) await recordRefund(app, refund, said)
  },
})

/** Decides under lock, at the last moment, whether it is still meant. */
const markSent = (app: App, { id, paymentId }: Refund): Promise<boolean> =>
  app.transaction(actor, async (tx) => {
    const locked = await lockRefund(tx, { id, paymentId })
    if (locked.refund.state !== 'pending' || locked.refund.sentAt !== null) return false
    if (await isContested(tx, paymentId)) {
      await failRefund(tx, locked, 'payment_disputed')
      return false
    }
    await tx.db.updateTable('refunds').set({ sentAt: tx.now, updatedAt: tx.now }).where('id', '=', id).execute()
    return true
  })

/** A refusal is an answer: no money moved and none will. So is being turned away for now, after which it is sent as if for the first time. */
async function send(app: App, refund: Refund, gatewayPaymentId: string): Promise<GatewayRefund | undefined> {
  const { id, paymentId, amountMinor, currency } = refund
  try {
    return await app.paymentGateway.refund({ key: id, refundId: id, gatewayPaymentId, amountMinor, currency })
  } catch (error) {
    if (isProblem(error) && error.code === 'refund_not_begun') await unmarkSent(app, refund)
    if (!isProblem(error) || error.code !== 'payment_refused') throw error
    await app.transaction(actor, async (tx) => {
      const locked = await lockRefund(tx, { id, paymentId })
      if (locked.refund.state === 'pending') await failRefund(tx, locked, 'refused_by_gateway')
    })
    return undefined
  }
}

const unmarkSent = (app: App, { id, paymentId }: Refund): Promise<void> =>
  app.transaction(actor, async (tx) => {
    const { refund } = await lockRefund(tx, { id, paymentId })
    if (refund.state !== 'pending') return
    await tx.db.updateTable('refunds').set({ sentAt: null, updatedAt: tx.now }).where('id', '=', id).execute()
  })

async function gatewayPaymentOf(app: App, { paymentId }: Refund): Promise<string> {
  const { gatewayPaymentId } = await app.db
    .selectFrom('payments')
    .select('gatewayPaymentId')
    .where('id', '=', paymentId)
    .where('gatewayPaymentId', 'is not', null)
    .executeTakeFirstOrThrow()
  return gatewayPaymentId!
}
