import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { askApproval, DONE, type Outcome } from './ask-approval.ts'
import { endOpenImpersonation } from './end-impersonation.ts'
import { IMPERSONATION_MINUTES, type Impersonation, ReasonField } from './impersonation.ts'
import { requireConfirmed } from './confirmed.ts'
import { requirePermission } from './permissions.ts'

export const BeginImpersonationInput = z.strictObject({ customerId: z.string(), reason: ReasonField })
export type BeginImpersonationInput = z.output<typeof BeginImpersonationInput>

/**
 * From now on this session of a colleague's sees the portal as the customer does, for 30 minutes at most. The customer
 * finds it in their history. With another customer before, that one is left. Where the house wants a second colleague,
 * one is asked for instead. Throws `permission_denied`, `confirmation_needed`, `session_required`,
 * `customer_not_found`.
 */
export async function beginImpersonation(app: App, actor: Actor, input: BeginImpersonationInput): Promise<Outcome> {
  requirePermission(actor, 'customer.impersonate')
  requirePermission(actor, 'customer.read')
  requireConfirmed(actor, app.clock.now())
  if (actor.kind !== 'staff' || !actor.session)
    throw new Problem('forbidden', 'session_required', 'This is for colleagues who are signed in.')
  const { userId: staffId, session } = actor
  const asked = { ...input, staffId, sessionId: session.id }
  return app.transaction(actor, async (tx) => {
    const { customerId } = asked
    await requireCustomer(tx, customerId)
    const request = {
      act: 'customer.impersonate',
      subjectId: `${customerId}:${staffId}`,
      customerId,
      input: asked,
    } as const
    const approval = await askApproval(tx, request)
    if (approval) return { approvalId: approval.id }
    await begin(tx, asked, {})
    return DONE
  })
}

export const BegunImpersonation = BeginImpersonationInput.extend({ staffId: z.string(), sessionId: z.string() })
type BegunImpersonation = z.output<typeof BegunImpersonation>

/** Begins it for a session that must still be open. Throws `session_over`, `customer_not_found`. */
export async function begin(tx: Tx, input: BegunImpersonation, extra: object): Promise<Impersonation> {
  const { customerId, reason, staffId, sessionId } = input
  const session = await tx.db
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sessionId)
    .where('userId', '=', staffId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', tx.now)
    .forUpdate()
    .executeTakeFirst()
  if (!session) throw new Problem('conflict', 'session_over', 'The session that asked for this is over.')
  await requireCustomer(tx, customerId)
  await endOpenImpersonation(tx, sessionId)
  const begun = await tx.db
    .insertInto('impersonations')
    .values({
      id: newId('imp'),
      staffId,
      sessionId,
      customerId,
      reason,
      createdAt: tx.now,
      expiresAt: tx.now.add({ minutes: IMPERSONATION_MINUTES }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.emit('customer.impersonated', customerId, {
    customerId,
    after: { impersonationId: begun.id, staffId, reason, ...extra },
  })
  return begun
}

async function requireCustomer(tx: Tx, customerId: string): Promise<void> {
  const customer = await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).executeTakeFirst()
  if (!customer) throw new Problem('not_found', 'customer_not_found', 'There is no such customer.')
}
