import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { can, transition } from '#platform/state-machine.ts'
import { lockRefund } from './end-refund.ts'
import type { GatewayRefund } from './payment-gateway.ts'
import { recordRefund } from './record-refund.ts'
import { type Refund, refundMachine } from './refund.ts'

const HOURS_OF_LOOKING = 24

/** The refund as the gateway has it, found by its own id there or by ours; undefined when it has none of it. */
export async function findAtGateway(
  app: App,
  refund: Pick<Refund, 'id' | 'gatewayRefundId'>,
  gatewayPaymentId: string,
): Promise<GatewayRefund | undefined> {
  if (refund.gatewayRefundId !== null) return app.paymentGateway.getRefund(refund.gatewayRefundId)
  return (await app.paymentGateway.listRefunds(gatewayPaymentId)).find(({ refundId }) => refundId === refund.id)
}

/**
 * Finds out what became of a refund that was sent. It is never sent again; one that the gateway does not know a day later is
 * given to a person. Throws `payment_gateway_unavailable`.
 */
export async function lookUpRefund(app: App, refund: Refund): Promise<void> {
  const { gatewayPaymentId } = await app.db
    .selectFrom('payments')
    .select('gatewayPaymentId')
    .where('id', '=', refund.paymentId)
    .executeTakeFirstOrThrow()
  const there = gatewayPaymentId === null ? undefined : await findAtGateway(app, refund, gatewayPaymentId)
  const recorded = there ? await recordRefund(app, refund, there) : undefined
  if (recorded?.outcome === 'recorded') return
  await app.transaction(system('billing'), async (tx) => {
    const { refund: locked } = await lockRefund(tx, refund)
    const longAgo = tx.now.subtract({ hours: HOURS_OF_LOOKING })
    if (!can(refundMachine, locked, 'giveToPerson') || locked.sentAt === null) return
    if (Temporal.Instant.compare(locked.sentAt, longAgo) <= 0)
      await transition(tx, refundMachine, locked, 'giveToPerson')
  })
}
