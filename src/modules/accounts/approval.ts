import type { ApprovalState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** An act that waits for the word of a second colleague. */
export type Approval = Schema['approvals']

export const approvalMachine = stateMachine({
  noun: 'approval',
  table: 'approvals',
  states: {
    pending: { approve: 'approved', refuse: 'refused', expire: 'expired', withdraw: 'withdrawn' },
    // For the moment in which it is done: both are of one transaction.
    approved: { complete: 'done' },
    done: {},
    refused: {},
    expired: {},
    withdrawn: {},
  } satisfies Transitions<ApprovalState>,
})
