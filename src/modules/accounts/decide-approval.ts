import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, type StaffActor, system } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Approval, approvalMachine } from './approval.ts'
import type { ApprovableAct } from './ask-approval.ts'
import { findActor } from './find-actor.ts'
import { mayDo, requirePermission, type StaffPermission } from './permissions.ts'

/** How an act is done once it is approved, within the transaction that approves it. */
type ApprovedAct = {
  /** What both who asks and who agrees must be allowed. */
  permission: StaffPermission
  run(tx: Tx, input: unknown, asker: StaffActor, approval: Approval): Promise<void>
}
export type ApprovedActs = Record<ApprovableAct, ApprovedAct>

/**
 * A second colleague agrees: the act is done at once, in the same transaction, exactly once. When it is not possible any
 * more nothing changes and its refusal is thrown. Throws `permission_denied`, `approval_not_found`, `approval_own`,
 * `approval_done`, `approval_refused`, `approval_withdrawn`, `approval_expired`, `approval_asker_lacks`.
 */
export async function approve(
  app: App,
  actor: Actor,
  { approvalId }: { approvalId: string },
  acts: ApprovedActs,
): Promise<void> {
  const decider = requireDecider(actor)
  await app.transaction(actor, async (tx) => {
    const approval = await lockForDecision(tx, approvalId, decider)
    requireVerb(approvalMachine, approval, 'approve')
    if (!isInTime(approval, tx.now)) throw tooLate()
    const act = actOf(acts, approval)
    requirePermission(actor, act.permission)
    const asker = await findActor(app, tx.db, tx.now, { userId: approval.askedBy })
    if (asker?.kind !== 'staff' || !mayDo(asker, act.permission))
      throw new Problem('conflict', 'approval_asker_lacks', 'Whoever asked for this may not do it any longer.')
    const approved = await transition(tx, approvalMachine, ownedBy(approval), 'approve', {
      decidedBy: decider.userId,
    })
    await act.run(tx, approval.input, asker, approved)
    await transition(tx, approvalMachine, ownedBy(approved), 'complete')
  })
}

/** A second colleague says no. Throws as approve. */
export async function refuseApproval(app: App, actor: Actor, { approvalId }: { approvalId: string }): Promise<void> {
  const decider = requireDecider(actor)
  await app.transaction(actor, async (tx) => {
    const approval = await lockForDecision(tx, approvalId, decider)
    requireVerb(approvalMachine, approval, 'refuse')
    await transition(tx, approvalMachine, ownedBy(approval), 'refuse', { decidedBy: decider.userId })
  })
}

/** Whoever asked takes it back. Throws `approval_not_found` for another's, `approval_done` and the like when it is over. */
export async function withdrawApproval(app: App, actor: Actor, { approvalId }: { approvalId: string }): Promise<void> {
  if (actor.kind !== 'staff') throw notFound()
  await app.transaction(actor, async (tx) => {
    const approval = await lock(tx, approvalId)
    if (approval.askedBy !== actor.userId) throw notFound()
    requireVerb(approvalMachine, approval, 'withdraw')
    await transition(tx, approvalMachine, ownedBy(approval), 'withdraw')
  })
}

/** Closes requests nobody answered within a day. */
export const expireApprovals = job({
  name: 'accounts.expire-approvals',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    await app.transaction(system('accounts'), async (tx) => {
      const due = await tx.db
        .selectFrom('approvals')
        .selectAll()
        .where('state', '=', 'pending')
        .where('expiresAt', '<=', tx.now)
        .orderBy('id')
        .forUpdate()
        .skipLocked()
        .execute()
      for (const approval of due) await transition(tx, approvalMachine, ownedBy(approval), 'expire')
    })
  },
})

function requireDecider(actor: Actor): StaffActor {
  requirePermission(actor, 'approval.decide')
  if (actor.kind !== 'staff') throw new Problem('forbidden', 'permission_denied', 'Only a colleague decides this.')
  return actor
}

async function lock(tx: Tx, id: string): Promise<Approval> {
  const approval = await tx.db.selectFrom('approvals').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!approval) throw notFound()
  return approval
}

async function lockForDecision(tx: Tx, id: string, decider: StaffActor): Promise<Approval> {
  const approval = await lock(tx, id)
  if (approval.askedBy === decider.userId)
    throw new Problem('forbidden', 'approval_own', 'Nobody decides what they asked for themselves.')
  return approval
}

function actOf(acts: ApprovedActs, { act }: Approval): ApprovedAct {
  const found = new Map<string, ApprovedAct>(Object.entries(acts)).get(act)
  if (!found) throw new Problem('conflict', 'approval_unknown', 'This release does not know how to do this.')
  return found
}

const ownedBy = ({ customerId, ...approval }: Approval) => ({ ...approval, ...(customerId ? { customerId } : {}) })
const isInTime = (approval: Approval, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(now, approval.expiresAt) < 0
const tooLate = (): Problem => new Problem('conflict', 'approval_expired', 'This approval is expired.')
const notFound = (): Problem => new Problem('not_found', 'approval_not_found', 'There is no such request.')
