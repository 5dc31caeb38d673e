import { newId } from '#platform/ids.ts'
import type { RefundDestination, RefundService } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Payment } from './payment.ts'
import { takeCredit } from './refund-credit.ts'
import type { RefundPlan } from './refund-plan.ts'
import type { Refund } from './refund.ts'

/**
 * Writes down that money of a locked payment is about to go back, which reserves it: its payment counts it as refunded from
 * now on, its documents hold it free, and the credit it takes is taken. Minor units of the payment's currency.
 */
export async function beginRefund(
  tx: Tx,
  payment: Payment,
  plan: RefundPlan,
  input: {
    amountMinor: bigint
    reason: string
    destination: RefundDestination
    service: RefundService
    reference?: string | undefined
    requestKey?: string | undefined
    /** Set for one that was made in the gateway's own dashboard. */
    gatewayRefundId?: string
    extra?: object
  },
): Promise<Refund> {
  const { extra, ...about } = input
  const imported = input.gatewayRefundId !== undefined
  const refund = await tx.db
    .insertInto('refunds')
    .values({
      id: newId('ref'),
      paymentId: payment.id,
      customerId: payment.customerId,
      state: 'pending',
      currency: payment.currency,
      ...about,
      reference: about.reference ?? null,
      requestKey: about.requestKey ?? null,
      imported,
      sentAt: imported ? tx.now : null,
      creditMinor: plan.creditMinor,
      goodwillMinor: plan.goodwillMinor,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  if (plan.documents.length > 0)
    await tx.db
      .insertInto('refundDocuments')
      .values(plan.documents.map((document) => ({ refundId: refund.id, ...document })))
      .execute()
  await tx.db
    .updateTable('payments')
    .set(({ eb }) => ({ refundedMinor: eb('refundedMinor', '+', refund.amountMinor), updatedAt: tx.now }))
    .where('id', '=', payment.id)
    .execute()
  if (plan.creditMinor > 0n) await takeCredit(tx, refund)
  await tx.emit('refund.pending', refund.id, {
    customerId: refund.customerId,
    after: {
      paymentId: payment.id,
      amountMinor: refund.amountMinor,
      currency: refund.currency,
      destination: refund.destination,
      service: refund.service,
      reason: refund.reason,
      ...extra,
    },
  })
  return refund
}
