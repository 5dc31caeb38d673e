import type { RepricingState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** A new price for the agreements of a plan, told with notice. */
export type Repricing = Schema['repricings']

export const repricingMachine = stateMachine({
  noun: 'repricing',
  table: 'repricings',
  states: {
    draft: { announce: 'announced', cancel: 'cancelled' },
    announced: { apply: 'applied', cancel: 'cancelled' },
    applied: {},
    cancelled: {},
  } satisfies Transitions<RepricingState>,
})
