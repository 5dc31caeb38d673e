import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { openSession } from './open-session.ts'
import { isClaimOf } from './register-customer.ts'
import { hasSecondFactor } from './second-factor.ts'
import type { OpenedSession, Visitor } from './session.ts'
import { invalidLink, isUsable, LinkTokenField, lockUserToken } from './user-token.ts'

export const VerifyEmailInput = z.strictObject({ token: LinkTokenField })
export type VerifyEmailInput = z.output<typeof VerifyEmailInput>

/**
 * Believes that the address is its user's. The browser that registered, known by its claim, is signed in on the way;
 * any other browser is not, since whoever clicks may not be who chose the password. A second click changes nothing.
 * Throws `link_invalid`. Must follow a button, never the mere opening of the link, which mail scanners do too.
 */
export async function verifyEmail(
  app: App,
  actor: Actor,
  input: VerifyEmailInput & Visitor & { claim?: string | undefined },
): Promise<{ userId: string; email: string; session: OpenedSession | undefined }> {
  return app.transaction(actor, async (tx) => {
    const { token, user } = await lockUserToken(tx, app.secrets, 'verify_email', input.token)
    const done = { userId: user.id, email: user.email }
    if (!isUsable(token, tx.now)) {
      if (user.emailVerifiedAt) return { ...done, session: undefined }
      throw invalidLink()
    }
    await tx.db.updateTable('userTokens').set({ usedAt: tx.now }).where('id', '=', token.id).execute()
    const customerId = await findCustomerIdOf(tx.db, user.id)
    if (!user.emailVerifiedAt) {
      await tx.db
        .updateTable('users')
        .set({ emailVerifiedAt: tx.now, updatedAt: tx.now })
        .where('id', '=', user.id)
        .execute()
      await tx.emit('user.email_verified', user.id, {
        ...(customerId ? { customerId } : {}),
        before: { emailVerified: false },
        after: { emailVerified: true },
      })
    }
    // No way in goes around a second factor.
    const claimed =
      input.claim !== undefined && isClaimOf(app, token.id, input.claim) && !(await hasSecondFactor(tx.db, user.id))
    return {
      ...done,
      session: claimed ? await openSession(app, tx, { ...input, userId: user.id, method: 'link' }) : undefined,
    }
  })
}
