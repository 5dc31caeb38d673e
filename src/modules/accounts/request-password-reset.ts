import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import type { Visitor } from './session.ts'
import { createUserToken } from './user-token.ts'
import { EmailField, maskEmail } from './user.ts'

export const RequestPasswordResetInput = z.strictObject({ email: EmailField })
export type RequestPasswordResetInput = z.output<typeof RequestPasswordResetInput>

const PER_EMAIL = { name: 'reset', attempts: 5, perSeconds: 3_600 }
const PER_ADDRESS = { name: 'reset-from', attempts: 50, perSeconds: 3_600 }

/**
 * Mails a link that sets a new password, when the address is a user's; the answer never tells whether.
 * Throws `too_many_attempts`.
 */
export async function requestPasswordReset(
  app: App,
  actor: Actor,
  input: RequestPasswordResetInput & Visitor,
): Promise<void> {
  await app.limits.take(PER_EMAIL, input.email)
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  await app.transaction(actor, async (tx) => {
    const user = await tx.db
      .selectFrom('users')
      .select('id')
      .where('email', '=', input.email)
      // Whoever we invited comes in by the invitation, as long as it lasts; whoever left us does not come back this way.
      .where((or) => or.or([or('staffRole', 'is', null), or('emailVerifiedAt', 'is not', null)]))
      .where('staffEndedAt', 'is', null)
      .executeTakeFirst()
    // A fact is written either way, so that both take the same time.
    if (!user) return tx.emit('user.password_reset_unmatched', 'unknown', { after: { email: maskEmail(input.email) } })
    const token = await createUserToken(tx, { kind: 'reset_password', userId: user.id, email: input.email })
    const customerId = await findCustomerIdOf(tx.db, user.id)
    await tx.emit('user.password_reset_requested', user.id, {
      ...(customerId ? { customerId } : {}),
      after: { userTokenId: token.id },
    })
  })
}
