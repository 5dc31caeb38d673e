import type { App } from '#app/app.ts'
import { findGatewayPayment } from './find-gateway-payment.ts'
import { importDispute } from './import-dispute.ts'
import { importRefunds } from './import-refunds.ts'

/** What a message of the gateway was worth. */
export type Verdict = { state: 'processed' | 'ignored' | 'suspense'; note: string | null }

const NOT_OURS: Verdict = { state: 'ignored', note: 'It belongs to no payment of ours.' }

/** Messages about money that goes back. */
export const ABOUT_MONEY_BACK =
  /^refund\.(created|updated|failed)$|^charge\.(refunded|refund\.updated)$|^charge\.dispute\./

/** Works a message about a refund or a dispute: what it speaks of is fetched, and all that belongs to it taken over. */
export async function judgeMoneyBack(
  app: App,
  event: { type: string; objectId: string; paymentId: string | null },
): Promise<Verdict> {
  if (event.type.startsWith('charge.dispute.')) return judgeDispute(app, event.objectId)
  const gatewayPaymentId = await refundedPayment(app, event)
  const payment = gatewayPaymentId === undefined ? undefined : await findGatewayPayment(app, gatewayPaymentId)
  if (!payment) return NOT_OURS
  const notes = await importRefunds(app, payment)
  return notes.length === 0
    ? { state: 'processed', note: 'refunds taken over' }
    : { state: 'suspense', note: `Not taken over: ${notes.join('; ')}.` }
}

/** A charge that was refunded names our payment, a refund the gateway's. */
async function refundedPayment(
  app: App,
  { objectId, paymentId }: { objectId: string; paymentId: string | null },
): Promise<string | undefined> {
  if (objectId.startsWith('re_') || objectId.startsWith('pyr_'))
    return (await app.paymentGateway.getRefund(objectId)).gatewayPaymentId
  if (paymentId === null) return undefined
  const payment = await app.db
    .selectFrom('payments')
    .select('gatewayPaymentId')
    .where('id', '=', paymentId)
    .executeTakeFirst()
  // Not yet known to have succeeded: the message of the refund itself says which payment it is.
  return payment?.gatewayPaymentId ?? undefined
}

async function judgeDispute(app: App, gatewayDisputeId: string): Promise<Verdict> {
  const read = () => app.paymentGateway.getDispute(gatewayDisputeId)
  const payment = await findGatewayPayment(app, (await read()).gatewayPaymentId)
  if (!payment) return NOT_OURS
  const note = await importDispute(app, payment, read)
  return note === undefined
    ? { state: 'processed', note: 'dispute taken over' }
    : { state: 'suspense', note: `Not taken over: ${note}.` }
}
