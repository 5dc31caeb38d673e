import type { InvitationState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** A mail that asks somebody to share a customer in a role, or to use one of its services. */
export type Invitation = Schema['invitations']

export const invitationMachine = stateMachine({
  noun: 'invitation',
  table: 'invitations',
  states: {
    pending: { accept: 'accepted', decline: 'declined', revoke: 'revoked' },
    accepted: {},
    declined: {},
    revoked: {},
  } satisfies Transitions<InvitationState>,
})
