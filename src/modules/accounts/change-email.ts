import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { takeAttempt } from '#platform/limits.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { requireConfirmed } from './confirmed.ts'
import type { Visitor } from './session.ts'
import { createUserToken, endLinks, invalidLink, isUsable, LinkTokenField, lockUserToken } from './user-token.ts'
import { actingUserId, EmailField, maskEmail } from './user.ts'

export const RequestEmailChangeInput = z.strictObject({ email: EmailField })
export type RequestEmailChangeInput = z.output<typeof RequestEmailChangeInput>
export const ConfirmEmailChangeInput = z.strictObject({ token: LinkTokenField })
export type ConfirmEmailChangeInput = z.output<typeof ConfirmEmailChangeInput>

const PER_USER = { name: 'change-email', attempts: 5, perSeconds: 3_600 }
const PER_ADDRESS = { name: 'change-email-use', attempts: 30, perSeconds: 900 }

/**
 * Mails a link to the address a user wants to have; until it is used nothing changes, and asking again ends the link of
 * before. Nobody learns whether somebody else has that address. Throws `email_unchanged`, `confirmation_needed`,
 * `session_required`, `too_many_attempts`.
 */
export async function requestEmailChange(app: App, actor: Actor, input: RequestEmailChangeInput): Promise<void> {
  const userId = actingUserId(actor)
  requireConfirmed(actor, app.clock.now())
  await takeAttempt(app.database, PER_USER, userId)
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

/**
 * The link was opened and its button pressed: the user has the new address, which is proved by that. The old one is told,
 * and links that were mailed to it end. Throws `link_invalid`, also when somebody else took the address meanwhile, and
 * `too_many_attempts`.
 */
export async function confirmEmailChange(
  app: App,
  actor: Actor,
  input: ConfirmEmailChangeInput & Visitor,
): Promise<{ email: string }> {
  if (input.address) await takeAttempt(app.database, PER_ADDRESS, input.address)
  return app.transaction(actor, async (tx) => {
    const { token, user } = await lockUserToken(tx, app.secrets, 'change_email', input.token)
    if (!isUsable(token, tx.now)) throw invalidLink()
    const taken = await tx.db.selectFrom('users').select('id').where('email', '=', token.email).executeTakeFirst()
    if (taken) throw invalidLink()
    await tx.db
      .updateTable('users')
      .set({ email: token.email, emailVerifiedAt: tx.now, updatedAt: tx.now })
      .where('id', '=', user.id)
      .execute()
    await endLinks(tx, user.id)
    const customerId = await findCustomerIdOf(tx.db, user.id)
    await tx.emit('user.email_changed', user.id, {
      ...(customerId ? { customerId } : {}),
      before: { email: maskEmail(user.email) },
      after: { email: maskEmail(token.email), userTokenId: token.id },
    })
    return { email: token.email }
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
