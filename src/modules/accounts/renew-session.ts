import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'

/** A session's new token, told this once. */
export type RenewedSession = { token: string; expiresAt: Temporal.Instant }

/**
 * Gives a session of the user's a new token, whenever it comes to more rights: whoever had copied the old one has nothing of
 * it (OWASP ASVS 5.0, 7.2.4). Undefined when it has ended.
 */
export async function renewSession(
  tx: Tx,
  input: { sessionId: string; userId: string; confirmed?: true },
): Promise<RenewedSession | undefined> {
  const token = randomToken()
  const row = await tx.db
    .updateTable('sessions')
    .set({ tokenHash: hashToken(token), ...(input.confirmed ? { confirmedAt: tx.now } : {}) })
    .where('id', '=', input.sessionId)
    .where('userId', '=', input.userId)
    .where('revokedAt', 'is', null)
    .returning('expiresAt')
    .executeTakeFirst()
  return row && { token, expiresAt: row.expiresAt }
}
