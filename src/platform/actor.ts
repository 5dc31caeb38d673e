import { Problem } from '#platform/problem.ts'

export type StaffRole = 'admin' | 'operations' | 'billing' | 'support'

/** Whoever acts now. A user acts for one customer at a time. */
export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'user'; userId: string; customerId: string }
  | { kind: 'staff'; userId: string; role: StaffRole }
  | { kind: 'system'; name: string }

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

/**
 * The customer whose rows this actor may see, or undefined for staff and the system, who see all. Every query filters
 * by it. Throws `sign_in_required` for somebody unknown.
 */
export function visibleCustomerId(actor: Actor): string | undefined {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
  return actor.kind === 'user' ? actor.customerId : undefined
}

/** The customer a user acts for. Throws `sign_in_required` for anybody who is not a customer's user. */
export function actingCustomerId(actor: Actor): string {
  if (actor.kind !== 'user') throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in as a customer.')
  return actor.customerId
}
