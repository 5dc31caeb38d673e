import { Problem } from '#platform/problem.ts'

/** The browser or program somebody is signed in with, and when they last showed that it is them. */
export type ActorSession = { id: string; confirmedAt: Temporal.Instant }

/** A user who acts for one customer at a time. */
export type UserActor = {
  kind: 'user'
  userId: string
  customerId: string
  /** What they may do with everything of the customer, `noun.verb`. */
  may: ReadonlySet<string>
  /** What they may do with single services besides, by the service's id. */
  lent?: ReadonlyMap<string, ReadonlySet<string>>
  /** Missing where a program acts by a token. */
  session?: ActorSession
  /** One of our own people who looks at the customer's pages: what they do is written under their own name. */
  actingStaff?: true
}

/** One of our own people. */
export type StaffActor = {
  kind: 'staff'
  userId: string
  /** The id of their role. */
  role: string
  may: ReadonlySet<string>
  session?: ActorSession
}

/** Whoever acts now, and what they may do. */
export type Actor = { kind: 'anonymous' } | UserActor | StaffActor | { kind: 'system'; name: string }

export const anonymous: Actor = { kind: 'anonymous' }
export const system = (name: string): Actor => ({ kind: 'system', name })

/** The id an event is written under: who did it. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'system':
      return actor.name
    case 'user':
    case 'staff':
      return actor.userId
  }
}

/** What an event says of who did it: one of us stays one of us, whoever's pages they look at. */
export const actorKind = (actor: Actor): Actor['kind'] =>
  actor.kind === 'user' && actor.actingStaff ? 'staff' : actor.kind

/** The customer a user acts for. Throws `sign_in_required` for anybody who is not a customer's user. */
export function actingCustomerId(actor: Actor): string {
  if (actor.kind !== 'user') throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in as a customer.')
  return actor.customerId
}
