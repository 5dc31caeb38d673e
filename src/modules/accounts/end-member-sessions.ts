import type { Tx } from '#platform/transaction.ts'

/**
 * Ends the sessions in which somebody acts for a customer, since what they may do there has changed. The browser of
 * whoever does it to themselves stays signed in.
 */
export async function endMemberSessions(tx: Tx, member: { customerId: string; userId: string }): Promise<void> {
  const own = tx.actor.kind === 'user' ? tx.actor.session?.id : undefined
  const ended = await tx.db
    .updateTable('sessions')
    .set({ revokedAt: tx.now })
    .where('userId', '=', member.userId)
    .where('customerId', '=', member.customerId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', tx.now)
    .$if(own !== undefined, (query) => query.where('id', '<>', own!))
    .returning('id')
    .execute()
  for (const { id } of ended)
    await tx.emit('session.revoked', id, { customerId: member.customerId, after: { userId: member.userId } })
}
