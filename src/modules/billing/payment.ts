import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { PaymentState, Schema } from '#platform/schema.ts'

/** One attempt to collect an invoice. */
export type Payment = Schema['payments']

/**
 * Whether the money of a pending attempt may be on its way: a charge of a saved method, or a page that has done its part. A page
 * that is only open can be closed instead.
 */
export const isUnderWay = ({ channel, processingSince }: Payment): boolean =>
  channel === 'saved_method' || processingSince !== null

export const paymentMachine = stateMachine({
  noun: 'payment',
  table: 'payments',
  states: {
    pending: { succeed: 'succeeded', fail: 'failed' },
    failed: { succeed: 'succeeded' }, // The gateway may tell of money after we gave the attempt up.
    succeeded: {},
  } satisfies Transitions<PaymentState>,
})
