import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

/** For how long after a sign-in or a confirmation dangerous acts ask nothing more. */
const CONFIRMED_MINUTES = 15

/** Whether the actor showed who they are a short while ago. */
function isConfirmed(actor: Actor, now: Temporal.Instant): boolean {
  if (actor.kind !== 'user' && actor.kind !== 'staff') return false
  const { session } = actor
  return (
    session !== undefined && Temporal.Instant.compare(session.confirmedAt.add({ minutes: CONFIRMED_MINUTES }), now) > 0
  )
}

/**
 * Before an act that hurts when somebody else does it in an open browser: whoever acts showed who they are a short while
 * ago. The house itself passes. Throws `confirmation_needed` (a step-up as in RFC 9470: what they signed in with is not enough
 * any longer), and `session_required` for programs, which cannot show it.
 */
export function requireConfirmed(actor: Actor, now: Temporal.Instant): void {
  if (actor.kind === 'system' || isConfirmed(actor, now)) return
  if (actor.kind !== 'anonymous' && !actor.session)
    throw new Problem(
      'forbidden',
      'session_required',
      'An API token cannot do this. Please sign in with your password.',
    )
  throw new Problem('unauthenticated', 'confirmation_needed', 'Please confirm that it is you first, then do it again.')
}
