import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { actingUserId } from './user.ts'

/**
 * Ends one of the actor's tokens; the next call with it is refused. Doing it twice is fine. Throws
 * `api_token_not_found`.
 */
export async function revokeApiToken(app: App, actor: Actor, input: { tokenId: string }): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, async (tx) => {
    const token = await tx.db
      .selectFrom('apiTokens')
      .select(['customerId', 'name', 'lastFour', 'revokedAt'])
      .where('id', '=', input.tokenId)
      .where('userId', '=', userId)
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
