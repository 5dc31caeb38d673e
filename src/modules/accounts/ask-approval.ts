import { sql } from 'kysely'
import { isDeepStrictEqual } from 'node:util'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Approval } from './approval.ts'
import { type GuardedAct, readSetting } from './settings.ts'

/** Every act that can wait for a second colleague; lifting the need for one is one itself. */
export type ApprovableAct = GuardedAct | 'approvals.lifted'

const HOURS = 24

/** The id of the request when somebody else must agree first, and nothing was done; null when it was done. */
export type Outcome = { approvalId: string | null }
export const DONE: Outcome = { approvalId: null }

/**
 * Asks for a second colleague where the house wants one for this act of one of us; null where it is to be done now. Who
 * asks for the same again gets the request that waits already. What the system does by itself waits for nobody.
 */
export async function askApproval(
  tx: Tx,
  request: { act: GuardedAct; subjectId: string; customerId?: string; input: object },
): Promise<Approval | null> {
  if (tx.actor.kind !== 'staff') return null
  const acts = await readSetting(tx.db, 'approvals.acts')
  return acts.includes(request.act) ? requestApproval(tx, request, tx.actor.userId) : null
}

/** Writes a request down, or finds the one that waits already. */
export async function requestApproval(
  tx: Tx,
  request: { act: ApprovableAct; subjectId: string; customerId?: string; input: object },
  askedBy: string,
): Promise<Approval> {
  const { act, subjectId, customerId, input } = request
  const asked = await tx.db
    .insertInto('approvals')
    .values({
      id: newId('apr'),
      act,
      subjectId,
      customerId: customerId ?? null,
      input: JSON.stringify(input),
      state: 'pending',
      askedBy,
      createdAt: tx.now,
      updatedAt: tx.now,
      expiresAt: tx.now.add({ hours: HOURS }),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['act', 'subjectId'])
        .where(sql<boolean>`state = 'pending'`)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst()
  if (!asked) return findSame(tx, request, askedBy)
  await tx.emit('approval.pending', asked.id, {
    ...(customerId ? { customerId } : {}),
    after: { act, subjectId, ...input },
  })
  return asked
}

async function findSame(
  tx: Tx,
  { act, subjectId, input }: { act: ApprovableAct; subjectId: string; input: object },
  askedBy: string,
): Promise<Approval> {
  const waiting = await tx.db
    .selectFrom('approvals')
    .selectAll()
    .where('act', '=', act)
    .where('subjectId', '=', subjectId)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  if (waiting?.askedBy === askedBy && isDeepStrictEqual(waiting.input, JSON.parse(JSON.stringify(input))))
    return waiting
  throw new Problem('conflict', 'approval_pending', 'A request about the same waits for a second colleague already.')
}
