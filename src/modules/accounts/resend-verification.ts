import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import type { Visitor } from './session.ts'
import { createUserToken } from './user-token.ts'
import { EmailField, maskEmail } from './user.ts'

export const ResendVerificationInput = z.strictObject({ email: EmailField })
export type ResendVerificationInput = z.output<typeof ResendVerificationInput>

const PER_EMAIL = { name: 'verify', attempts: 5, perSeconds: 3_600 }
const PER_ADDRESS = { name: 'verify-from', attempts: 50, perSeconds: 3_600 }

/**
 * Sends the link that verifies an address again, when somebody waits for one; the answer never tells whether.
 * Throws `too_many_attempts`.
 */
export async function resendVerification(
  app: App,
  actor: Actor,
  input: ResendVerificationInput & Visitor,
): Promise<void> {
  await app.limits.take(PER_EMAIL, input.email)
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  await app.transaction(actor, async (tx) => {
    const user = await tx.db
      .selectFrom('users')
      .select('id')
      .where('email', '=', input.email)
      .where('emailVerifiedAt', 'is', null)
      .where('staffRole', 'is', null)
      .where('staffEndedAt', 'is', null)
      .executeTakeFirst()
    // A fact is written either way, so that both take the same time.
    if (!user) return tx.emit('user.verification_unmatched', 'unknown', { after: { email: maskEmail(input.email) } })
    const token = await createUserToken(tx, { kind: 'verify_email', userId: user.id, email: input.email })
    const customerId = await findCustomerIdOf(tx.db, user.id)
    await tx.emit('user.verification_requested', user.id, {
      ...(customerId ? { customerId } : {}),
      after: { userTokenId: token.id },
    })
  })
}
