import type { EntitlementState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** What a subscription lets its service use: so many of `code`. */
export type Entitlement = Schema['entitlements']

export const entitlementMachine = stateMachine({
  noun: 'entitlement',
  table: 'entitlements',
  states: {
    granted: { revoke: 'revoked' },
    revoked: { grant: 'granted' },
  } satisfies Transitions<EntitlementState>,
})
