import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'

/** How many of each a user has to sign in with. */
type WaysIn = { password: number; passkeys: number; identities: number }

/** Counts every way in of a user. A new kind of way in is counted here, and nowhere else. */
export async function waysIn(tx: Tx, userId: string): Promise<WaysIn> {
  const found = await tx.db
    .selectFrom('users')
    .select('passwordHash')
    .select((query) =>
      query
        .selectFrom('passkeys')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .where('passkeys.userId', '=', userId)
        .as('passkeys'),
    )
    .select((query) =>
      query
        .selectFrom('identities')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .where('identities.userId', '=', userId)
        .as('identities'),
    )
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  return {
    password: found.passwordHash === null ? 0 : 1,
    passkeys: Number(found.passkeys ?? 0n),
    identities: Number(found.identities ?? 0n),
  }
}

/**
 * Before one of them goes, while the user's row is held for update, so that two that go at once do not both leave it to
 * the other. Throws `last_way_in`.
 */
export async function requireAnotherWayIn(tx: Tx, userId: string): Promise<void> {
  const ways = Object.values(await waysIn(tx, userId)).reduce((sum, count) => sum + count, 0)
  if (ways > 1) return
  throw new Problem(
    'conflict',
    'last_way_in',
    'This is the only way into your account. Please set a password or add another passkey first.',
  )
}
