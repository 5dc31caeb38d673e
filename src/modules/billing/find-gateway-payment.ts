import type { App } from '#app/app.ts'
import { isProblem } from '#platform/problem.ts'
import type { Payment } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/**
 * The payment of ours whose money a gateway's payment is, its success recorded first when the message of that has not come
 * yet. Undefined when it is none of ours, as of another application on the same account.
 */
export async function findGatewayPayment(app: App, gatewayPaymentId: string): Promise<Payment | undefined> {
  const known = await read(app, 'gatewayPaymentId', gatewayPaymentId)
  if (known) return known
  const paymentId = await namedPayment(app, gatewayPaymentId)
  if (paymentId === undefined) return undefined
  const named = await read(app, 'id', paymentId)
  if (!named) return undefined
  await settlePayment(app, named.id, 'look')
  return read(app, 'gatewayPaymentId', gatewayPaymentId)
}

const read = (app: App, column: 'id' | 'gatewayPaymentId', value: string): Promise<Payment | undefined> =>
  app.db.selectFrom('payments').selectAll().where(column, '=', value).executeTakeFirst()

/** What the gateway's payment says it is for; a charge without one, of another application, says nothing. */
async function namedPayment(app: App, gatewayPaymentId: string): Promise<string | undefined> {
  try {
    return (await app.paymentGateway.getCharge(gatewayPaymentId)).paymentId
  } catch (error) {
    if (isProblem(error) && error.code === 'payment_refused') return undefined
    throw error
  }
}
