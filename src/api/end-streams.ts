import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { FedEvent } from '#platform/event-feed.ts'

type Listener = { actor: Actor; tokenId: string | undefined; end: () => void }

const listeners = new WeakMap<App['events'], Set<Listener>>()

/** Whether an event takes away what somebody listens by: their session or token, their role, or what it may. */
function endsFor({ actor, tokenId }: Listener, { name, subjectId, customerId }: FedEvent): boolean {
  if (actor.kind !== 'user' && actor.kind !== 'staff') return false
  switch (name) {
    case 'session.revoked':
      return actor.session?.id === subjectId
    case 'staff.ended':
    case 'staff.role_changed':
      return actor.userId === subjectId
    case 'api_token.revoked':
      return tokenId === subjectId
    case 'member.role_changed':
    case 'member.removed':
      return actor.kind === 'user' && actor.userId === subjectId && actor.customerId === customerId
    case 'service_grant.revoked':
      return actor.kind === 'user' && actor.lent !== undefined && actor.customerId === customerId
    case 'staff_role.changed':
      return actor.kind === 'staff' && actor.role === subjectId
    default:
      return false
  }
}

/**
 * Ends a stream within a second once its listener is signed out or their rights change; whoever still may comes back and
 * is asked anew. Gives how to stop watching. One look at the log serves all streams.
 */
export function endWithRights(
  app: App,
  { actor, tokenId }: { actor: Actor; tokenId: string | undefined },
  end: () => void,
): () => void {
  const listener = { actor, tokenId, end }
  let all = listeners.get(app.events)
  if (!all) {
    const begun = (all = new Set<Listener>())
    listeners.set(app.events, begun)
    const unfollow = app.events.follow({}, (event) => {
      for (const each of begun) if (endsFor(each, event)) each.end()
      if (begun.size > 0) return
      unfollow()
      listeners.delete(app.events)
    })
  }
  all.add(listener)
  return () => void all.delete(listener)
}
