import type { App } from '#app/app.ts'
import { anonymous } from '#platform/actor.ts'
import type { PasskeyPurpose } from '#platform/schema.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'
import { passkeyOver } from './passkey.ts'

export const CHALLENGE_MINUTES = 5

/** What a passkey is asked for, and by whom: its answer counts for nothing else. */
type Bound = { purpose: PasskeyPurpose; userId?: string; signInId?: string }

/** Makes what a passkey shall sign. Only its digest is kept. */
export async function openChallenge(tx: Tx, { purpose, userId, signInId }: Bound): Promise<string> {
  const challenge = randomToken()
  await tx.db
    .insertInto('passkeyChallenges')
    .values({
      challengeHash: hashToken(challenge),
      purpose,
      userId: userId ?? null,
      signInId: signInId ?? null,
      createdAt: tx.now,
      expiresAt: tx.now.add({ minutes: CHALLENGE_MINUTES }),
    })
    .execute()
  return challenge
}

/**
 * Uses a challenge up, for good and before its answer is looked at: whatever comes of it, and of a second answer at the
 * same time, it never counts again. Throws `passkey_over` when it is unknown, too old, or was made for something else.
 */
export async function spendChallenge(app: App, challenge: string, { purpose, userId, signInId }: Bound): Promise<void> {
  const spent = await app.transaction(anonymous, (tx) =>
    tx.db
      .deleteFrom('passkeyChallenges')
      .where('challengeHash', '=', hashToken(challenge))
      .where('purpose', '=', purpose)
      .where('userId', 'is not distinct from', userId ?? null)
      .where('signInId', 'is not distinct from', signInId ?? null)
      .returning('expiresAt')
      .executeTakeFirst(),
  )
  if (!spent || Temporal.Instant.compare(app.clock.now(), spent.expiresAt) >= 0) throw passkeyOver()
}

/** The challenge a browser says it signed; whether it did, the signature tells. Empty when there is none. */
export function challengeIn(clientDataJson: string): string {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'))
    if (typeof said === 'object' && said !== null && 'challenge' in said && typeof said.challenge === 'string')
      return said.challenge
  } catch {
    // Not made by a browser: no challenge of ours is in it.
  }
  return ''
}

/** Clears away what nobody answered. */
export async function forgetChallenges(app: App): Promise<void> {
  await app.db.deleteFrom('passkeyChallenges').where('expiresAt', '<', app.clock.now()).execute()
}
