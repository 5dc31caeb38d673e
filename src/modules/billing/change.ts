import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { ChangeState, Schema } from '#platform/schema.ts'

/** A change of an agreement: what it costs as it was shown and, once accepted, what becomes of it. */
export type Change = Schema['changeQuotes']

export const changeMachine = stateMachine({
  noun: 'change',
  table: 'changeQuotes',
  states: {
    quoted: { await: 'awaiting_payment', schedule: 'scheduled', apply: 'applied' },
    awaiting_payment: { apply: 'applied', withdraw: 'withdrawn' },
    scheduled: { apply: 'applied', withdraw: 'withdrawn' },
    applied: {},
    withdrawn: {},
  } satisfies Transitions<ChangeState>,
})

/** A quote holds this long; within it, it is charged to the cent. */
export const QUOTE_MINUTES = 15
/** An accepted change that costs something waits this long for its money, and never beyond the period that is paid. */
export const PAYMENT_HOURS = 24
