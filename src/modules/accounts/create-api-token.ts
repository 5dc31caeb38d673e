import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import { API_TOKEN_COLUMNS, API_TOKEN_PREFIX, API_TOKENS_PER_USER, type ApiToken } from './api-token.ts'
import { requireConfirmed } from './confirmed.ts'
import { requireRight } from './permissions.ts'
import { actingUserId, lineField } from './user.ts'

export const CreateApiTokenInput = z.strictObject({
  name: lineField(100, 'Please give the token a name, such as the program that will use it.'),
})
export type CreateApiTokenInput = z.output<typeof CreateApiTokenInput>

/**
 * Makes a token for a program that acts as this user for this customer. `token` is told this once and cannot be read
 * again. Throws `sign_in_required`, `permission_denied`, `confirmation_needed`, `too_many_api_tokens`.
 */
export async function createApiToken(
  app: App,
  actor: Actor,
  input: CreateApiTokenInput,
): Promise<{ token: string; apiToken: ApiToken }> {
  requireRight(actor, 'token.create')
  requireConfirmed(actor, app.clock.now())
  const [customerId, userId] = [actingCustomerId(actor), actingUserId(actor)]
  const token = `${API_TOKEN_PREFIX}${randomToken()}`
  const apiToken = await app.transaction(actor, async (tx) => {
    // The user's row stands for the list of their tokens while we count it.
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    const { count } = await tx.db
      .selectFrom('apiTokens')
      .select((select) => select.fn.countAll<bigint>().as('count'))
      .where('userId', '=', userId)
      .where('revokedAt', 'is', null)
      .executeTakeFirstOrThrow()
    if (count >= API_TOKENS_PER_USER)
      throw new Problem('conflict', 'too_many_api_tokens', 'Please revoke a token you no longer use first.')
    const made = await tx.db
      .insertInto('apiTokens')
      .values({
        id: newId('tok'),
        userId,
        customerId,
        name: input.name,
        tokenHash: hashToken(token),
        lastFour: token.slice(-4),
        createdAt: tx.now,
      })
      .returning(API_TOKEN_COLUMNS)
      .executeTakeFirstOrThrow()
    await tx.emit('api_token.created', made.id, { after: { name: made.name, lastFour: made.lastFour } })
    return made
  })
  return { token, apiToken }
}
