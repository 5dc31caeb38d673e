import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { mayDo } from './permissions.ts'
import { actingUserId } from './user.ts'

/**
 * Ends a token of the actor's, or, for whoever looks after the customer's members, any of the customer's; the next call with
 * it is refused. Doing it twice is fine. Throws `api_token_not_found`.
 */
export async function revokeApiToken(app: App, actor: Actor, input: { tokenId: string }): Promise<void> {
  const [userId, customerId] = [actingUserId(actor), actingCustomerId(actor)]
  await app.transaction(actor, async (tx) => {
    const token = await tx.db
      .selectFrom('apiTokens')
      .select(['customerId', 'name', 'lastFour', 'revokedAt'])
      .where('id', '=', input.tokenId)
      .where((or) =>
        or.or([
          or('userId', '=', userId),
          ...(mayDo(actor, 'member.manage') ? [or('customerId', '=', customerId)] : []),
        ]),
      )
      .forUpdate()
      .executeTakeFirst()
    if (!token) throw new Problem('not_found', 'api_token_not_found', 'There is no such token.')
    if (token.revokedAt) return
    await tx.db.updateTable('apiTokens').set({ revokedAt: tx.now }).where('id', '=', input.tokenId).execute()
    await tx.emit('api_token.revoked', input.tokenId, {
      customerId: token.customerId,
      before: { name: token.name, lastFour: token.lastFour },
    })
  })
}
