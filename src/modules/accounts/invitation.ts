import { Problem } from '#platform/problem.ts'
import type { InvitationState, Schema } from '#platform/schema.ts'
import type { Secrets } from '#platform/secrets.ts'
import { can, stateMachine, type Transitions } from '#platform/state-machine.ts'

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

/** How long an invitation can be accepted. */
export const INVITATION_DAYS = 7

/** Whether it still asks for an answer. */
export const isInvitationOpen = (invitation: Pick<Invitation, 'state' | 'expiresAt'>, now: Temporal.Instant): boolean =>
  can(invitationMachine, invitation, 'accept') && Temporal.Instant.compare(now, invitation.expiresAt) < 0

const PURPOSE = 'invitation'
const SECRET = /^(ivt_[0-9a-z]{26})\.([\w-]{43})$/

/** The secret of an invitation's link. It follows from the row and our key; asking again with a new end makes a new one. */
export const invitationSecret = (
  secrets: Secrets,
  invitation: Pick<Invitation, 'id' | 'email' | 'expiresAt'>,
): string => `${invitation.id}.${secrets.sign(PURPOSE, signed(invitation))}`

const signed = ({ id, email, expiresAt }: Pick<Invitation, 'id' | 'email' | 'expiresAt'>): string =>
  `${id}:${email}:${expiresAt.epochMilliseconds}`

/** The id a secret speaks of, which is not believed before `isSecretOf`. Throws `invitation_over` for anything else. */
export function invitationIdOf(secret: string): string {
  const [, id] = SECRET.exec(secret) ?? []
  if (id === undefined) throw invitationOver()
  return id
}

export const isSecretOf = (
  secrets: Secrets,
  invitation: Pick<Invitation, 'id' | 'email' | 'expiresAt'>,
  secret: string,
): boolean => secrets.verify(PURPOSE, signed(invitation), SECRET.exec(secret)?.[2] ?? '')

/** For links that were never ours, are used, taken back or over: nobody learns which. */
export const invitationOver = (): Problem =>
  new Problem('invalid', 'invitation_over', 'This invitation no longer works. Please ask for a new one.')
