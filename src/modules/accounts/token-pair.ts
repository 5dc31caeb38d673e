import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'
import { signAccessToken } from './access-token.ts'
import { type Visitor, SESSION_IDLE_HOURS } from './session.ts'
import { signIn, type SignInInput } from './sign-in.ts'
import { ACCESS_SECONDS } from './signing-key.ts'

/** An access token for some minutes, and what renews it once. */
export type TokenPair = { accessToken: string; tokenType: 'Bearer'; expiresIn: number; refreshToken: string }

export const RefreshInput = z.strictObject({
  refreshToken: z.string({ error: 'Please send the refresh token.' }).min(1).max(200),
})

/**
 * Signs in as `signIn` does, second factor and limits included, for a pair of tokens. Throws what signIn throws.
 */
export async function openTokenPair(app: App, actor: Actor, input: SignInInput & Visitor): Promise<TokenPair> {
  const session = await signIn(app, actor, input)
  const refreshToken = await app.transaction(session.actor, (tx) => addRefreshToken(tx, session.sessionId))
  return pairOf(app, session, refreshToken)
}

/**
 * A new pair for a refresh token, which is used up by it. One that was used before ends the session, since either its owner
 * or a thief holds the newer one (RFC 9700, section 4.14.2); so do two at one time. Throws `refresh_token_invalid`.
 */
export async function refreshTokenPair(app: App, refreshToken: string): Promise<TokenPair> {
  const renewed = await app.transaction(anonymous, async (tx) => {
    const found = await lockFamily(tx, refreshToken)
    if (!found) return undefined
    const { id, usedAt, session } = found
    if (usedAt) {
      await endFamily(tx, session, 'session.refresh_token_reused')
      return undefined
    }
    await tx.db.updateTable('refreshTokens').set({ usedAt: tx.now }).where('id', '=', id).execute()
    await tx.db.updateTable('sessions').set({ lastSeenAt: tx.now }).where('id', '=', session.id).execute()
    return { session, refreshToken: await addRefreshToken(tx, session.id) }
  })
  // What was decided about a reused token stays decided.
  if (!renewed) throw refreshTokenInvalid()
  const { session } = renewed
  return pairOf(app, { sessionId: session.id, userId: session.userId }, renewed.refreshToken)
}

/** Ends the session of a refresh token, used or not; one that is unknown is as good as ended (RFC 7009, section 2.2). */
export async function revokeTokenPair(app: App, refreshToken: string): Promise<void> {
  await app.transaction(anonymous, async (tx) => {
    const found = await lockFamily(tx, refreshToken)
    if (found) await endFamily(tx, found.session, 'session.revoked')
  })
}

type Family = { id: string; userId: string; customerId: string | null }

/** A refresh token and its session, which is open, held for update. */
async function lockFamily(
  tx: Tx,
  refreshToken: string,
): Promise<{ id: string; usedAt: Temporal.Instant | null; session: Family } | undefined> {
  const tokenHash = hashToken(refreshToken)
  const session = await tx.db
    .selectFrom('sessions')
    .select(['id', 'userId', 'customerId'])
    .where('id', '=', (query) =>
      query.selectFrom('refreshTokens').select('sessionId').where('tokenHash', '=', tokenHash),
    )
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', tx.now)
    .where('lastSeenAt', '>', tx.now.subtract({ hours: SESSION_IDLE_HOURS }))
    .forUpdate()
    .executeTakeFirst()
  if (!session) return undefined
  const { id, usedAt } = await tx.db
    .selectFrom('refreshTokens')
    .select(['id', 'usedAt'])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirstOrThrow()
  return { id, usedAt, session }
}

async function endFamily(tx: Tx, { id, userId, customerId }: Family, event: string): Promise<void> {
  await tx.db.updateTable('sessions').set({ revokedAt: tx.now }).where('id', '=', id).execute()
  await tx.emit(event, id, { ...(customerId ? { customerId } : {}), after: { userId } })
}

async function addRefreshToken(tx: Tx, sessionId: string): Promise<string> {
  const refreshToken = randomToken()
  await tx.db
    .insertInto('refreshTokens')
    .values({ id: newId('rft'), sessionId, tokenHash: hashToken(refreshToken), createdAt: tx.now })
    .execute()
  return refreshToken
}

const pairOf = async (
  app: App,
  session: { sessionId: string; userId: string },
  refreshToken: string,
): Promise<TokenPair> => ({
  accessToken: await signAccessToken(app, session),
  tokenType: 'Bearer',
  expiresIn: ACCESS_SECONDS,
  refreshToken,
})

function refreshTokenInvalid(): Problem {
  const message = 'This refresh token is unknown, over or was used before. Please sign in again.'
  return new Problem('invalid', 'refresh_token_invalid', message, { issues: [{ path: 'refreshToken', message }] })
}
