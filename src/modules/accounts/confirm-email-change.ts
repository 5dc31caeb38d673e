import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import type { Visitor } from './session.ts'
import { endLinks, invalidLink, isUsable, LinkTokenField, lockUserToken } from './user-token.ts'
import { maskEmail } from './user.ts'

export const ConfirmEmailChangeInput = z.strictObject({ token: LinkTokenField })
export type ConfirmEmailChangeInput = z.output<typeof ConfirmEmailChangeInput>

const PER_ADDRESS = { name: 'change-email-use', attempts: 30, perSeconds: 900 }

/**
 * The link was opened and its button pressed: the user has the new address, which is proved by that. The old one is told,
 * and links that were mailed to it end. Throws `link_invalid`, also when somebody else took the address meanwhile,
 * `email_taken` when they do at this moment, and `too_many_attempts`.
 */
export async function confirmEmailChange(
  app: App,
  actor: Actor,
  input: ConfirmEmailChangeInput & Visitor,
): Promise<{ email: string }> {
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
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
