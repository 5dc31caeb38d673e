import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { PaymentState, Schema } from '#platform/schema.ts'

/** One attempt to collect an invoice. */
export type Payment = Schema['payments']

export const paymentMachine = stateMachine({
  noun: 'payment',
  table: 'payments',
  states: {
    pending: { succeed: 'succeeded', fail: 'failed' },
    failed: { succeed: 'succeeded' }, // The gateway may tell of money after we gave the attempt up.
    succeeded: {},
  } satisfies Transitions<PaymentState>,
})
