import type { App } from '#app/app.ts'
import type { UserActor } from '#platform/actor.ts'
import { hashToken } from '#platform/secrets.ts'
import { API_TOKEN_PREFIX, USED_SECONDS } from './api-token.ts'
import { MEMBER_RIGHTS } from './member.ts'

/** Who calls with a token: always a user acting for one customer. */
export type ApiCaller = { tokenId: string; actor: UserActor }

/** Whose token this is; undefined when it is unknown or revoked, or its user left the customer. One query. */
export async function authenticateApiToken(app: App, token: string): Promise<ApiCaller | undefined> {
  if (!token.startsWith(API_TOKEN_PREFIX)) return undefined
  const row = await app.db
    .selectFrom('apiTokens')
    .innerJoin('members', (join) =>
      join.onRef('members.userId', '=', 'apiTokens.userId').onRef('members.customerId', '=', 'apiTokens.customerId'),
    )
    .select(['apiTokens.id', 'apiTokens.userId', 'apiTokens.customerId', 'apiTokens.lastUsedAt', 'members.role'])
    .where('apiTokens.tokenHash', '=', hashToken(token))
    .where('apiTokens.revokedAt', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const { userId, customerId, role } = row
  const actor: UserActor = { kind: 'user', userId, customerId, may: MEMBER_RIGHTS[role] }
  const now = app.clock.now()
  const stale = !row.lastUsedAt || Temporal.Instant.compare(row.lastUsedAt.add({ seconds: USED_SECONDS }), now) < 0
  if (stale)
    await app.transaction(actor, (tx) =>
      tx.db.updateTable('apiTokens').set({ lastUsedAt: now }).where('id', '=', row.id).execute(),
    )
  return { tokenId: row.id, actor }
}
