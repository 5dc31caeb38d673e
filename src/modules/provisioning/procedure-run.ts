import type { ProcedureState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** One run of a procedure. Its worker moves it; people only set a stuck one going again. */
export type ProcedureRun = Schema['procedures']

export const procedureMachine = stateMachine({
  noun: 'procedure',
  table: 'procedures',
  states: {
    running: {},
    compensating: {},
    completed: {},
    compensated: {},
    // A run gets stuck only while it undoes, so undoing is what goes on.
    stuck: { retry: 'compensating' },
  } satisfies Transitions<ProcedureState>,
})
