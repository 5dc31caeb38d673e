import type { RefundState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** Money sent back. While it is not failed, its payment counts it as refunded. */
export type Refund = Schema['refunds']

export const refundMachine = stateMachine({
  noun: 'refund',
  table: 'refunds',
  states: {
    pending: { succeed: 'succeeded', fail: 'failed', giveToPerson: 'needs_person' },
    needs_person: { succeed: 'succeeded', fail: 'failed', sendAgain: 'pending' },
    // The bank may send the money back days later.
    succeeded: { fail: 'failed' },
    failed: {},
  } satisfies Transitions<RefundState>,
})

/** States in which a refund holds what it is for, though no money has moved for certain. */
export const RESERVING = ['pending', 'needs_person'] as const satisfies readonly RefundState[]
