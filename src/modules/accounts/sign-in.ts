import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { findActor } from './find-actor.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { passFirstFactor } from './pass-first-factor.ts'
import { PasswordField, passwordMatches } from './password.ts'
import { SecondFactorField } from './second-factor.ts'
import { type OpenedSession, SIGN_IN_PER_ACCOUNT, type Visitor } from './session.ts'
import type { SignInStep } from './started-sign-in.ts'
import { EmailField, maskEmail } from './user.ts'

export const SignInInput = z.strictObject({
  email: EmailField,
  password: PasswordField,
  code: SecondFactorField.optional(),
})
export type SignInInput = z.output<typeof SignInInput>

const PER_ADDRESS = { name: 'sign-in-from', attempts: 50, perSeconds: 900 }

/**
 * Opens a session for the right email, password and, where the user has one, second factor, all at once. Throws
 * `sign_in_failed`, the same and after the same time whether the address is unknown or the password wrong,
 * `second_factor_required`, `second_factor_wrong`, and `too_many_attempts` or `busy`.
 */
export async function signIn(
  app: App,
  actor: Actor,
  { code, ...input }: SignInInput & Visitor,
): Promise<OpenedSession> {
  const next = await startSignIn(app, actor, input)
  if (next.step === 'done') return next.session
  if (code !== undefined) return finishSignIn(app, actor, { token: next.token, code })
  throw new Problem(
    'unauthenticated',
    'second_factor_required',
    'Please send the code of your authenticator app, or a recovery code, as well.',
  )
}

/**
 * Checks email and password. A user with a second factor gets no session yet but a token, with which `finishSignIn` asks
 * for it. Throws `sign_in_failed`, `too_many_attempts`, `busy` as signIn.
 */
export async function startSignIn(
  app: App,
  actor: Actor,
  input: Omit<SignInInput, 'code'> & Visitor,
): Promise<SignInStep> {
  await app.limits.take(SIGN_IN_PER_ACCOUNT, input.email)
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  const found = await findByEmail(app, input.email)
  const right = await passwordMatches(found?.passwordHash ?? undefined, input.password)
  const acting = found && right ? await findActor(app, app.db, app.clock.now(), { userId: found.id }) : undefined
  const { address, userAgent } = input
  const next =
    found?.passwordHash && acting
      ? await app.transaction(acting, (tx) =>
          passFirstFactor(app, tx, {
            userId: found.id,
            method: 'password',
            passwordHash: found.passwordHash!,
            address,
            userAgent,
          }),
        )
      : undefined
  if (!next) {
    await recordFailure(app, actor, found, input)
    throw new Problem('unauthenticated', 'sign_in_failed', 'Email or password is not right.')
  }
  if (next.step === 'done') await app.limits.forget(SIGN_IN_PER_ACCOUNT, input.email)
  return next
}

type Found = NonNullable<Awaited<ReturnType<typeof findByEmail>>>

const findByEmail = (app: App, email: string) =>
  app.db
    .selectFrom('users')
    .leftJoin('members', 'members.userId', 'users.id')
    .select(['users.id', 'users.passwordHash', 'members.customerId'])
    .where('users.email', '=', email)
    .orderBy('members.createdAt')
    .limit(1)
    .executeTakeFirst()

const recordFailure = (
  app: App,
  actor: Actor,
  found: Found | undefined,
  input: Omit<SignInInput, 'code'> & Visitor,
): Promise<void> =>
  app.transaction(actor, (tx) =>
    tx.emit('user.sign_in_failed', found?.id ?? 'unknown', {
      ...(found?.customerId ? { customerId: found.customerId } : {}),
      after: { email: maskEmail(input.email), ...(input.address ? { address: input.address } : {}) },
    }),
  )
