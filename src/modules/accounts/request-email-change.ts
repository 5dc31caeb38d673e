import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { requireConfirmed } from './confirmed.ts'
import { createUserToken } from './user-token.ts'
import { actingUserId, EmailField, maskEmail } from './user.ts'

export const RequestEmailChangeInput = z.strictObject({ email: EmailField })
export type RequestEmailChangeInput = z.output<typeof RequestEmailChangeInput>

const PER_USER = { name: 'change-email', attempts: 5, perSeconds: 3_600 }

/**
 * Mails a link to the address a user wants to have; until it is used nothing changes, and asking again ends the link of
 * before. Nobody learns whether somebody else has that address. Throws `email_unchanged`, `confirmation_needed`,
 * `session_required`, `too_many_attempts`.
 */
export async function requestEmailChange(app: App, actor: Actor, input: RequestEmailChangeInput): Promise<void> {
  const userId = actingUserId(actor)
  requireConfirmed(actor, app.clock.now())
  await app.limits.take(PER_USER, userId)
  await app.transaction(actor, async (tx) => {
    const { email: fromEmail } = await lockUser(tx, userId)
    if (fromEmail === input.email)
      throw new Problem('conflict', 'email_unchanged', 'This is your address already.', {
        issues: [{ path: 'email', message: 'This is your address already.' }],
      })
    const customerId = await findCustomerIdOf(tx.db, userId)
    const detail = customerId ? { customerId } : {}
    await endEmailChanges(tx, userId)
    const taken = await tx.db.selectFrom('users').select('id').where('email', '=', input.email).executeTakeFirst()
    const after = { email: maskEmail(input.email) }
    if (taken) return tx.emit('user.email_change_unmatched', userId, { ...detail, after })
    const token = await createUserToken(tx, { kind: 'change_email', userId, email: input.email, fromEmail })
    await tx.emit('user.email_change_requested', userId, { ...detail, after: { ...after, userTokenId: token.id } })
  })
}

const lockUser = (tx: Tx, userId: string) =>
  tx.db.selectFrom('users').select('email').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()

/** A wanted address that nobody confirmed yet is not wanted any longer. */
async function endEmailChanges(tx: Tx, userId: string): Promise<void> {
  await tx.db
    .updateTable('userTokens')
    .set({ usedAt: tx.now })
    .where('userId', '=', userId)
    .where('kind', '=', 'change_email')
    .where('usedAt', 'is', null)
    .execute()
}
