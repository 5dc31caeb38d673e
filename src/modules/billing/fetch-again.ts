import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { findGatewayPayment } from './find-gateway-payment.ts'
import type { MirroredType } from './gateway-mirror.ts'
import { importDispute } from './import-dispute.ts'
import { importRefunds } from './import-refunds.ts'
import { mirrorObject } from './mirror-event.ts'

/**
 * Copies a payment of the gateway and all that belongs to it anew, and takes over what our books miss of it: its success, its
 * refunds and its disputes. Twice it has one effect. Throws `payment_gateway_unavailable`.
 */
export async function fetchAgain(app: App, gatewayPaymentId: string, signal: AbortSignal): Promise<void> {
  const copy = (type: MirroredType, id: string): Promise<void> => mirrorObject.run(app, { type, id }, signal)
  await copy('payment_intents', gatewayPaymentId)
  for (const id of await listIds(app, 'charges', gatewayPaymentId)) await copy('charges', id)
  const refunds = await app.paymentGateway.listRefunds(gatewayPaymentId)
  for (const { gatewayRefundId } of refunds) await copy('refunds', gatewayRefundId)
  const disputes = await listIds(app, 'disputes', gatewayPaymentId)
  for (const id of disputes) await copy('disputes', id)
  const payment = await findGatewayPayment(app, gatewayPaymentId)
  if (!payment) return
  await importRefunds(app, payment)
  for (const id of disputes) await importDispute(app, payment, () => app.paymentGateway.getDispute(id))
}

/** What the copy knows to belong to a payment; the payment itself names its last charge. */
async function listIds(app: App, type: 'charges' | 'disputes', gatewayPaymentId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from stripe.${sql.raw(type)} where payment_intent = ${gatewayPaymentId}
    union select latest_charge from stripe.payment_intents
    where id = ${gatewayPaymentId} and latest_charge is not null and ${type === 'charges'}`.execute(app.db)
  return rows.map(({ id }) => id)
}
