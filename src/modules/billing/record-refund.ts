import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { can } from '#platform/state-machine.ts'
import { failRefund, lockRefund, succeedRefund } from './end-refund.ts'
import type { GatewayRefund } from './payment-gateway.ts'
import { type Refund, refundMachine } from './refund.ts'

const actor = system('billing')

/** What became of looking: `waits` tells why it could not be taken over, yet or for good. */
export type Recorded = { outcome: 'recorded' } | { outcome: 'waits'; note: string }
const RECORDED: Recorded = { outcome: 'recorded' }

/**
 * Takes over what the gateway says of a refund we know. Safe to run twice and late. An answer that contradicts a failure we
 * recorded is asked for once more, since answers may overtake each other.
 */
export async function recordRefund(app: App, refund: Refund, said: GatewayRefund): Promise<Recorded> {
  const note = mismatchOf(app, refund, said)
  if (note) return { outcome: 'waits', note }
  const recorded = await record(app, refund, said)
  if (recorded.outcome === 'recorded') return recorded
  return record(app, refund, await app.paymentGateway.getRefund(said.gatewayRefundId))
}

const record = (app: App, refund: Refund, said: GatewayRefund): Promise<Recorded> =>
  app.transaction(actor, async (tx) => {
    const locked = await lockRefund(tx, refund)
    if (said.state === 'failed' || said.state === 'cancelled') {
      if (can(refundMachine, locked.refund, 'fail')) await failRefund(tx, locked, said.failureCode ?? said.state)
      return RECORDED
    }
    if (locked.refund.state === 'failed')
      return { outcome: 'waits', note: `refund ${refund.id} was given up and went through after all` }
    if (said.state === 'succeeded' && can(refundMachine, locked.refund, 'succeed'))
      await succeedRefund(tx, locked, said.gatewayRefundId)
    if (said.state === 'pending' && locked.refund.gatewayRefundId === null)
      await tx.db
        .updateTable('refunds')
        .set({ gatewayRefundId: said.gatewayRefundId, updatedAt: tx.now })
        .where('id', '=', refund.id)
        .execute()
    return RECORDED
  })

function mismatchOf(app: App, refund: Refund, said: GatewayRefund): string | undefined {
  if (said.livemode !== app.config.stripe.live) return 'it is of another mode'
  if (said.currency !== refund.currency) return `it is in ${said.currency}, not in ${refund.currency}`
  if (said.amountMinor !== refund.amountMinor)
    return `it is over ${said.amountMinor}, not over ${refund.amountMinor} ${refund.currency}`
  return undefined
}
