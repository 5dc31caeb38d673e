import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { dropWaysIn } from './drop-factors.ts'
import { endSessions } from './end-sessions.ts'
import { hashPassword, NewPasswordField, requireOwnPassword } from './password.ts'
import { SIGN_IN_PER_ACCOUNT, type Visitor } from './session.ts'
import { endLinks, invalidLink, isUsable, LinkTokenField, lockUserToken } from './user-token.ts'

export const ResetPasswordInput = z.strictObject({ token: LinkTokenField, password: NewPasswordField })
export type ResetPasswordInput = z.output<typeof ResetPasswordInput>

const PER_ADDRESS = { name: 'reset-use', attempts: 30, perSeconds: 900 }

/**
 * Sets a new password by a mailed link, once, and ends all sessions of the user. Reading the mailbox proves the address
 * too; when nobody had proved it before, tokens, passkeys and the like made until then are somebody else's and end as well.
 * Throws `link_invalid`, `password_too_simple`, `too_many_attempts`, `busy`.
 */
export async function resetPassword(
  app: App,
  actor: Actor,
  input: ResetPasswordInput & Visitor,
): Promise<{ email: string }> {
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  const passwordHash = await hashPassword(input.password)
  const email = await app.transaction(actor, async (tx) => {
    const { token, user } = await lockUserToken(tx, app.secrets, 'reset_password', input.token)
    if (!isUsable(token, tx.now)) throw invalidLink()
    requireOwnPassword(input.password, user.email)
    const customerId = await findCustomerIdOf(tx.db, user.id)
    const detail = customerId ? { customerId } : {}
    // A change of address somebody else may have asked for ends as well.
    await endLinks(tx, user.id)
    await tx.db
      .updateTable('users')
      .set({ passwordHash, emailVerifiedAt: user.emailVerifiedAt ?? tx.now, updatedAt: tx.now })
      .where('id', '=', user.id)
      .execute()
    if (!user.emailVerifiedAt) {
      await endApiTokens(tx, user.id)
      await dropWaysIn(tx, user.id)
      await tx.emit('user.email_verified', user.id, {
        ...detail,
        before: { emailVerified: false },
        after: { emailVerified: true },
      })
    }
    await endSessions(tx, { userId: user.id, customerId })
    await tx.emit('user.password_changed', user.id, { ...detail, after: { by: 'reset' } })
    return user.email
  })
  await app.limits.forget(SIGN_IN_PER_ACCOUNT, email)
  return { email }
}

async function endApiTokens(tx: Tx, userId: string): Promise<void> {
  const ended = await tx.db
    .updateTable('apiTokens')
    .set({ revokedAt: tx.now })
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .returning(['id', 'customerId', 'name', 'lastFour'])
    .execute()
  for (const { id, customerId, ...before } of ended) await tx.emit('api_token.revoked', id, { customerId, before })
}
