import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { SignInMethod } from '#platform/schema.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'
import { openSession } from './open-session.ts'
import { hasSecondFactor } from './second-factor.ts'
import type { Visitor } from './session.ts'
import { SIGN_IN_MINUTES, type SignInStep } from './started-sign-in.ts'

/**
 * What every way to sign in comes to, once it has shown who somebody is: a session, or the question for the second factor
 * where the user has one. `twoFactors` says that this way proved two at once, such as a passkey that asked for a finger.
 * Undefined for somebody who has nothing to do here, and when `passwordHash`, the one just checked, is no longer theirs.
 */
export async function passFirstFactor(
  app: Pick<App, 'config'>,
  tx: Tx,
  input: {
    userId: string
    method: SignInMethod
    twoFactors?: boolean
    passwordHash?: string
  } & Visitor,
): Promise<SignInStep | undefined> {
  const user = await tx.db
    .selectFrom('users')
    .select(['id', 'passwordHash'])
    .where('id', '=', input.userId)
    .forShare()
    .executeTakeFirstOrThrow()
  if (input.passwordHash !== undefined && user.passwordHash !== input.passwordHash) return undefined
  if (!input.twoFactors && (await hasSecondFactor(tx.db, user.id))) return owe(tx, user, input)
  const { method, address, userAgent } = input
  const session = await openSession(app, tx, { userId: user.id, method, address, userAgent })
  return session && { step: 'done', session }
}

async function owe(
  tx: Tx,
  user: { id: string; passwordHash: string | null },
  { method, address, userAgent }: { method: SignInMethod } & Visitor,
): Promise<SignInStep> {
  const token = randomToken()
  const expiresAt = tx.now.add({ minutes: SIGN_IN_MINUTES })
  await tx.db
    .insertInto('signIns')
    .values({
      id: newId('sin'),
      tokenHash: hashToken(token),
      userId: user.id,
      passwordHash: user.passwordHash,
      method,
      state: 'second_factor',
      failures: 0,
      userAgent: userAgent ?? null,
      address: address ?? null,
      createdAt: tx.now,
      updatedAt: tx.now,
      expiresAt,
    })
    .execute()
  return { step: 'second_factor', token, expiresAt }
}
