import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { wrongPassword } from './confirm-password.ts'
import { endSessions } from './end-sessions.ts'
import { hashPassword, NewPasswordField, PasswordField, passwordMatches, requireOwnPassword } from './password.ts'
import { actingUserId } from './user.ts'

export const ChangePasswordInput = z.strictObject({ currentPassword: PasswordField, newPassword: NewPasswordField })
export type ChangePasswordInput = z.output<typeof ChangePasswordInput>

const PER_USER = { name: 'change-password', attempts: 10, perSeconds: 900 }

/**
 * Sets a new password for whoever knows the present one, and ends the user's other sessions; `keepSessionId` is the
 * browser that asks. Throws `password_wrong`, `password_too_simple`, `too_many_attempts`, `busy`, `sign_in_required`.
 */
export async function changePassword(
  app: App,
  actor: Actor,
  input: ChangePasswordInput & { keepSessionId?: string | undefined },
): Promise<void> {
  const userId = actingUserId(actor)
  await app.limits.take(PER_USER, userId)
  const known = await app.db
    .selectFrom('users')
    .select(['passwordHash', 'email'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  if (!(await passwordMatches(known.passwordHash ?? undefined, input.currentPassword))) throw wrongPassword()
  requireOwnPassword(input.newPassword, known.email, 'newPassword')
  const passwordHash = await hashPassword(input.newPassword)
  await app.transaction(actor, async (tx) => {
    const { numUpdatedRows } = await tx.db
      .updateTable('users')
      .set({ passwordHash, updatedAt: tx.now })
      .where('id', '=', userId)
      .where('passwordHash', '=', known.passwordHash)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw wrongPassword()
    const customerId = await findCustomerIdOf(tx.db, userId)
    await endSessions(tx, { userId, customerId, keepSessionId: input.keepSessionId })
    await tx.emit('user.password_changed', userId, { ...(customerId ? { customerId } : {}), after: { by: 'user' } })
  })
}
