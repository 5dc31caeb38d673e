import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { forgetAttempts, takeAttempt } from '#platform/limits.ts'
import { Problem } from '#platform/problem.ts'
import { openSession } from './open-session.ts'
import { PasswordField, passwordMatches } from './password.ts'
import { actorOf, type OpenedSession, type Visitor } from './session.ts'
import { EmailField, maskEmail } from './user.ts'

export const SignInInput = z.strictObject({ email: EmailField, password: PasswordField })
export type SignInInput = z.output<typeof SignInInput>

export const SIGN_IN_PER_ACCOUNT = { name: 'sign-in', attempts: 10, perSeconds: 900 }
const PER_ADDRESS = { name: 'sign-in-from', attempts: 50, perSeconds: 900 }

/**
 * Opens a session for the right email and password. Throws `sign_in_failed`, the same and after the same time whether
 * the address is unknown or the password wrong, and `too_many_attempts` or `busy`.
 */
export async function signIn(app: App, actor: Actor, input: SignInInput & Visitor): Promise<OpenedSession> {
  await takeAttempt(app.database, SIGN_IN_PER_ACCOUNT, input.email)
  if (input.address) await takeAttempt(app.database, PER_ADDRESS, input.address)
  const found = await findByEmail(app, input.email)
  const right = await passwordMatches(found?.passwordHash, input.password)
  const acting = found && right ? actorOf(found, found.customerId) : undefined
  const session = found && acting ? await open(app, acting, { found, ...input }) : undefined
  if (!session) {
    await recordFailure(app, actor, found, input)
    throw new Problem('unauthenticated', 'sign_in_failed', 'Email or password is not right.')
  }
  await forgetAttempts(app.database, SIGN_IN_PER_ACCOUNT, input.email)
  return session
}

type Found = NonNullable<Awaited<ReturnType<typeof findByEmail>>>

const findByEmail = (app: App, email: string) =>
  app.db
    .selectFrom('users')
    .leftJoin('members', 'members.userId', 'users.id')
    .select(['users.id', 'users.passwordHash', 'users.staffRole', 'members.customerId'])
    .where('users.email', '=', email)
    .orderBy('members.createdAt')
    .limit(1)
    .executeTakeFirst()

const open = (
  app: App,
  acting: Actor,
  { found, ...visitor }: { found: Found } & Visitor,
): Promise<OpenedSession | undefined> =>
  app.transaction(acting, async (tx) => {
    const user = await tx.db
      .selectFrom('users')
      .select(['id', 'staffRole', 'passwordHash'])
      .where('id', '=', found.id)
      .forShare()
      .executeTakeFirstOrThrow()
    // The password was changed while we checked the old one.
    if (user.passwordHash !== found.passwordHash) return undefined
    return openSession(tx, { ...visitor, user, customerId: found.customerId })
  })

const recordFailure = (app: App, actor: Actor, found: Found | undefined, input: SignInInput & Visitor): Promise<void> =>
  app.transaction(actor, (tx) =>
    tx.emit('user.sign_in_failed', found?.id ?? 'unknown', {
      ...(found?.customerId ? { customerId: found.customerId } : {}),
      after: { email: maskEmail(input.email), ...(input.address ? { address: input.address } : {}) },
    }),
  )
