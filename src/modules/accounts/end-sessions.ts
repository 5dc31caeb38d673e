import type { Tx } from '#platform/transaction.ts'

/**
 * Ends every open session of a user, save one; the next request with any of them is refused. Gives how many were ended.
 */
export async function endSessions(
  tx: Tx,
  input: { userId: string; customerId: string | null; keepSessionId?: string | undefined },
): Promise<number> {
  const ended = await tx.db
    .updateTable('sessions')
    .set({ revokedAt: tx.now })
    .where('userId', '=', input.userId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', tx.now)
    .$if(input.keepSessionId !== undefined, (query) => query.where('id', '<>', input.keepSessionId!))
    .returning('id')
    .execute()
  for (const { id } of ended)
    await tx.emit('session.revoked', id, {
      ...(input.customerId ? { customerId: input.customerId } : {}),
      after: { userId: input.userId },
    })
  return ended.length
}
