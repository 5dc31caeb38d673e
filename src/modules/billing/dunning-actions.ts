import type { DunningAction } from '#platform/schema.ts'

/** The steps of dunning, in the order in which they come. */
export const DUNNING_ACTIONS = [
  'remind',
  'charge',
  'retry',
  'warn',
  'suspend',
  'final_warning',
  'terminate',
] as const satisfies readonly DunningAction[]
export const DUNNING_STATES = ['overdue', 'coming', 'held', 'suspended'] as const
export const DUNNING_SORTS = ['next', 'due', '-due', '-amount'] as const
