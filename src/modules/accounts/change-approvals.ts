import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { DONE, type Outcome, requestApproval } from './ask-approval.ts'
import { requireConfirmed } from './confirmed.ts'
import { requirePermission } from './permissions.ts'
import { GUARDED_ACTS, type GuardedAct, readSetting, writeSetting } from './settings.ts'

export const LiftedApprovals = z.strictObject({ lifted: z.array(z.enum(GUARDED_ACTS)) })

/**
 * Says which acts need a second colleague. Adding is done at once; taking one away is itself agreed by a second one.
 * Throws `permission_denied`, `confirmation_needed`, `approval_pending`.
 */
export async function changeApprovals(app: App, actor: Actor, input: { acts: GuardedAct[] }): Promise<Outcome> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  return app.transaction(actor, async (tx) => {
    await holdSetting(tx)
    const before = await readSetting(tx.db, 'approvals.acts')
    const added = input.acts.filter((each) => !before.includes(each))
    const lifted = before.filter((each) => !input.acts.includes(each))
    const asks = lifted.length > 0 && actor.kind === 'staff'
    if (added.length > 0 || (lifted.length > 0 && !asks)) await write(tx, added, asks ? [] : lifted, {})
    if (!asks) return DONE
    const request = { act: 'approvals.lifted', subjectId: lifted.join(' '), input: { lifted } } as const
    return { approvalId: (await requestApproval(tx, request, actor.userId)).id }
  })
}

/** Does what a second colleague agreed to. What was added meanwhile stays. */
export async function liftApprovals(tx: Tx, lifted: readonly GuardedAct[], extra: object): Promise<void> {
  await holdSetting(tx)
  await write(tx, [], lifted, extra)
}

async function write(
  tx: Tx,
  added: readonly GuardedAct[],
  lifted: readonly GuardedAct[],
  extra: object,
): Promise<void> {
  const now = new Set([...(await readSetting(tx.db, 'approvals.acts')), ...added])
  const acts = GUARDED_ACTS.filter((each) => now.has(each) && !lifted.includes(each))
  await writeSetting(tx, 'approvals.acts', acts, extra)
}

/** Two changes at once come one after the other. */
const holdSetting = (tx: Tx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtext('setting:approvals.acts'))`.execute(tx.db)
