import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken } from '#platform/secrets.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { openSession } from './open-session.ts'
import { type PasskeyAnswer, passkeyRefused } from './passkey.ts'
import { secondFactorWrong, takeSecondFactor } from './second-factor.ts'
import { type OpenedSession, SIGN_IN_PER_ACCOUNT } from './session.ts'
import { SIGN_IN_FAILURES, signInMachine, type StartedSignIn } from './started-sign-in.ts'
import { askForPasskey, type PasskeyQuestion, provePasskey, QUESTIONS_PER_USER, takePasskey } from './use-passkey.ts'

/** Whoever knows the password may not try codes without end by starting again and again. */
const PER_USER = { name: 'second-factor', attempts: 10, perSeconds: 900 }

/** What a token that still asks for a second factor may be answered with; undefined when it asks no more. */
export async function findOpenSignIn(app: App, token: string): Promise<{ app: boolean; passkey: boolean } | undefined> {
  const found = await app.db
    .selectFrom('signIns')
    .selectAll()
    .select((query) => [
      query
        .exists(query.selectFrom('passkeys').select('id').whereRef('passkeys.userId', '=', 'signIns.userId'))
        .as('passkey'),
      query
        .exists(
          query
            .selectFrom('totpFactors')
            .select('userId')
            .whereRef('totpFactors.userId', '=', 'signIns.userId')
            .where('confirmedAt', 'is not', null),
        )
        .as('app'),
    ])
    .where('tokenHash', '=', hashToken(token))
    .executeTakeFirst()
  if (!found || !isOpen(found, app.clock.now())) return undefined
  return { app: Boolean(found.app), passkey: Boolean(found.passkey) }
}

/** The question for a passkey that ends a started sign-in. Throws `sign_in_over`, `too_many_attempts`, `passkeys_unavailable`. */
export async function beginPasskeySecondFactor(app: App, actor: Actor, token: string): Promise<PasskeyQuestion> {
  const started = await findStarted(app, token)
  if (!isOpen(started, app.clock.now())) throw signInOver()
  await app.limits.take(QUESTIONS_PER_USER, started.userId)
  return app.transaction(actor, (tx) =>
    askForPasskey(app, tx, { purpose: 'second_factor', userId: started.userId, signInId: started.id }),
  )
}

/**
 * Ends a started sign-in with the second factor, and opens its session. Throws `sign_in_over` when it is unknown, over, was
 * finished, or the password was changed meanwhile; `second_factor_wrong` or `passkey_refused`, five times; `passkey_over`;
 * `too_many_attempts`.
 */
export async function finishSignIn(
  app: App,
  actor: Actor,
  input: { token: string } & ({ code: string } | { passkey: PasskeyAnswer }),
): Promise<OpenedSession> {
  const started = await findStarted(app, input.token)
  const { id: signInId, userId } = started
  await app.limits.take(PER_USER, userId)
  const proven =
    'passkey' in input
      ? await provePasskey(app, input.passkey, { purpose: 'second_factor', userId, signInId })
      : undefined
  const session = await app.transaction(actor, (tx) =>
    finish(app, tx, started, async () =>
      proven
        ? takePasskey(tx, proven)
        : (await takeSecondFactor(app, tx, { userId, code: 'code' in input ? input.code : '' })) !== undefined,
    ),
  )
  // The failure is counted for good before it is told.
  if (!session) throw proven ? passkeyRefused() : secondFactorWrong()
  await app.limits.forget(PER_USER, started.userId)
  await app.limits.forget(SIGN_IN_PER_ACCOUNT, started.email)
  return session
}

async function findStarted(app: App, token: string): Promise<StartedSignIn & { email: string }> {
  const started = await app.db
    .selectFrom('signIns')
    .innerJoin('users', 'users.id', 'signIns.userId')
    .selectAll('signIns')
    .select('users.email')
    .where('tokenHash', '=', hashToken(token))
    .executeTakeFirst()
  if (!started) throw signInOver()
  return started
}

async function finish(
  app: App,
  tx: Tx,
  started: Pick<StartedSignIn, 'id' | 'userId'>,
  takeFactor: () => Promise<boolean>,
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
  if (!(await takeFactor())) {
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
