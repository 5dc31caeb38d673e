import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { Approval } from './approval.ts'
import { mayDo } from './permissions.ts'
import { type GuardedAct, readSetting } from './settings.ts'

export type ListedApproval = Approval & { askedByName: string; decidedByName: string | null; own: boolean }

/**
 * What waits for a second colleague, or what became of it, the newest first. Whoever may not decide sees what they asked
 * for themselves.
 */
export async function listApprovals(
  app: App,
  actor: Actor,
  filter: PageFilter & { view: 'pending' | 'over' },
): Promise<Page<ListedApproval>> {
  if (actor.kind !== 'staff') throw new Problem('forbidden', 'permission_denied', 'This is for our staff.')
  const { limit, after, view } = filter
  const now = app.clock.now()
  const rows = await app.db
    .selectFrom('approvals as a')
    .innerJoin('users as asker', 'asker.id', 'a.askedBy')
    .leftJoin('users as decider', 'decider.id', 'a.decidedBy')
    .selectAll('a')
    .select(['asker.name as askedByName', 'decider.name as decidedByName'])
    .$if(!mayDo(actor, 'approval.decide'), (query) => query.where('a.askedBy', '=', actor.userId))
    .where((or) => {
      const waits = or.and([or('a.state', '=', 'pending'), or('a.expiresAt', '>', now)])
      return view === 'pending' ? waits : or.not(waits)
    })
    .$if(after !== undefined, (query) => query.where('a.id', '<', after!))
    .orderBy('a.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows.map((row) => ({ ...row, own: row.askedBy === actor.userId })),
    limit,
  )
}

/** Which acts need a second colleague now. */
export const listGuardedActs = (app: App): Promise<GuardedAct[]> => readSetting(app.db, 'approvals.acts')
