import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { UserActor } from '#platform/actor.ts'
import { isOneOf, readNetworks } from '#platform/client-address.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken } from '#platform/secrets.ts'
import { mayBeApiToken, rightsOfToken, USED_SECONDS } from './api-token.ts'
import { MEMBER_RIGHTS } from './member.ts'
import { hasSecondFactorOf } from './second-factor.ts'

/** Who calls with a token: always a user acting for one customer. */
export type ApiCaller = { tokenId: string; actor: UserActor }

/**
 * Whose token this is; undefined when it is unknown, revoked or over, or its user left the customer. It may do what it was
 * made for and its user may still do: nothing while a second factor is demanded of them that they do not have. One query.
 * Throws `address_not_allowed` when it is used from elsewhere than it may be.
 */
export async function authenticateApiToken(app: App, token: string, address?: string): Promise<ApiCaller | undefined> {
  if (!mayBeApiToken(token)) return undefined
  const now = app.clock.now()
  const row = await app.db
    .selectFrom('apiTokens')
    .innerJoin('members', (join) =>
      join.onRef('members.userId', '=', 'apiTokens.userId').onRef('members.customerId', '=', 'apiTokens.customerId'),
    )
    .innerJoin('customers', 'customers.id', 'apiTokens.customerId')
    .select(['apiTokens.id', 'apiTokens.userId', 'apiTokens.customerId', 'apiTokens.lastUsedAt', 'members.role'])
    .select(['apiTokens.scopes', 'apiTokens.addresses'])
    .select(sql<boolean>`members_need_second_factor and not ${hasSecondFactorOf('api_tokens.user_id')}`.as('owes'))
    .where('apiTokens.tokenHash', '=', hashToken(token))
    .where('apiTokens.revokedAt', 'is', null)
    .where((or) => or.or([or('apiTokens.expiresAt', 'is', null), or('apiTokens.expiresAt', '>', now)]))
    .executeTakeFirst()
  if (!row) return undefined
  if (!isAllowedFrom(row.addresses, address))
    throw new Problem('forbidden', 'address_not_allowed', 'This token may not be used from your address.')
  const { userId, customerId, role } = row
  const may = row.owes ? new Set<string>() : rightsOfToken(MEMBER_RIGHTS[role], row.scopes)
  const actor: UserActor = { kind: 'user', userId, customerId, may }
  const stale = !row.lastUsedAt || Temporal.Instant.compare(row.lastUsedAt.add({ seconds: USED_SECONDS }), now) < 0
  if (stale)
    await app.transaction(actor, (tx) =>
      tx.db
        .updateTable('apiTokens')
        .set({ lastUsedAt: now, lastUsedAddress: address ?? null })
        .where('id', '=', row.id)
        .execute(),
    )
  return { tokenId: row.id, actor }
}

function isAllowedFrom(addresses: readonly string[], address: string | undefined): boolean {
  if (addresses.length === 0) return true
  const networks = readNetworks(addresses)
  return networks !== undefined && address !== undefined && isOneOf(networks, address)
}
