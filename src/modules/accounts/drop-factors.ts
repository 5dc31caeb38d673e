import type { Tx } from '#platform/transaction.ts'

/** Takes authenticator app, passkeys and recovery codes of a user away. Whose they were is told by the caller's event. */
export async function dropFactors(tx: Tx, userId: string): Promise<void> {
  for (const table of ['recoveryCodes', 'totpFactors', 'passkeyFactors', 'passkeys'] as const)
    await tx.db.deleteFrom(table).where('userId', '=', userId).execute()
}

/** The same, and whom they are elsewhere: nothing but a password is left to sign in with. */
export async function dropWaysIn(tx: Tx, userId: string): Promise<void> {
  await dropFactors(tx, userId)
  await tx.db.deleteFrom('identities').where('userId', '=', userId).execute()
}
