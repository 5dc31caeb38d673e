import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { forgetAttempts, takeAttempt } from '#platform/limits.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken } from '#platform/secrets.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { openSession } from './open-session.ts'
import { secondFactorWrong, takeSecondFactor } from './second-factor.ts'
import { type OpenedSession, SIGN_IN_PER_ACCOUNT } from './session.ts'
import { SIGN_IN_FAILURES, signInMachine, type StartedSignIn } from './started-sign-in.ts'

/** Whoever knows the password may not try codes without end by starting again and again. */
const PER_USER = { name: 'second-factor', attempts: 10, perSeconds: 900 }

/** Whether a token still asks for a second factor. */
export async function isSignInOpen(app: App, token: string): Promise<boolean> {
  const found = await app.db
    .selectFrom('signIns')
    .selectAll()
    .where('tokenHash', '=', hashToken(token))
    .executeTakeFirst()
  return found !== undefined && isOpen(found, app.clock.now())
}

/**
 * Ends a started sign-in with the second factor, and opens its session. Throws `sign_in_over` when it is unknown, over, was
 * finished, or the password was changed meanwhile; `second_factor_wrong`, five times; `too_many_attempts`.
 */
export async function finishSignIn(
  app: App,
  actor: Actor,
  input: { token: string; code: string },
): Promise<OpenedSession> {
  const started = await app.db
    .selectFrom('signIns')
    .innerJoin('users', 'users.id', 'signIns.userId')
    .select(['signIns.id', 'signIns.userId', 'users.email'])
    .where('tokenHash', '=', hashToken(input.token))
    .executeTakeFirst()
  if (!started) throw signInOver()
  await takeAttempt(app.database, PER_USER, started.userId)
  const session = await app.transaction(actor, (tx) => finish(app, tx, started, input.code))
  // The failure is counted for good before it is told.
  if (!session) throw secondFactorWrong()
  await forgetAttempts(app.database, PER_USER, started.userId)
  await forgetAttempts(app.database, SIGN_IN_PER_ACCOUNT, started.email)
  return session
}

async function finish(
  app: App,
  tx: Tx,
  started: Pick<StartedSignIn, 'id' | 'userId'>,
  code: string,
): Promise<OpenedSession | undefined> {
  const user = await tx.db
    .selectFrom('users')
    .leftJoin('members', 'members.userId', 'users.id')
    .select(['users.id', 'users.passwordHash', 'members.customerId'])
    .where('users.id', '=', started.userId)
    .orderBy('members.createdAt')
    .limit(1)
    .forShare('users')
    .executeTakeFirstOrThrow()
  const signIn = await tx.db
    .selectFrom('signIns')
    .selectAll()
    .where('id', '=', started.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (!isOpen(signIn, tx.now) || signIn.passwordHash !== user.passwordHash) throw signInOver()
  const detail = user.customerId ? { customerId: user.customerId } : {}
  const factor = await takeSecondFactor(app, tx, { userId: user.id, code })
  if (!factor) {
    const failures = signIn.failures + 1
    await tx.db.updateTable('signIns').set({ failures, updatedAt: tx.now }).where('id', '=', signIn.id).execute()
    if (failures >= SIGN_IN_FAILURES) await transition(tx, signInMachine, { ...signIn, ...detail }, 'refuse')
    await tx.emit('user.second_factor_failed', user.id, { ...detail, after: { failures } })
    return undefined
  }
  await transition(tx, signInMachine, { ...signIn, ...detail }, 'complete')
  const session = await openSession(app, tx, {
    userId: user.id,
    method: signIn.method,
    address: signIn.address ?? undefined,
    userAgent: signIn.userAgent ?? undefined,
  })
  if (!session) throw signInOver()
  return session
}

const isOpen = (signIn: StartedSignIn, now: Temporal.Instant): boolean =>
  can(signInMachine, signIn, 'complete') && Temporal.Instant.compare(now, signIn.expiresAt) < 0

const signInOver = (): Problem =>
  new Problem(
    'unauthenticated',
    'sign_in_over',
    'This took too long, or too many codes were wrong. Please log in again.',
  )
