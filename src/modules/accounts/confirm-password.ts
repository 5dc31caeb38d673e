import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import { passwordMatches } from './password.ts'

const PER_USER = { name: 'confirm-password', attempts: 10, perSeconds: 900 }

/**
 * "Is it you?", before something dangerous: a session left open must not be enough. Throws `password_wrong`,
 * `too_many_attempts`, `busy`.
 */
export async function confirmPassword(app: App, userId: string, password: string): Promise<void> {
  await app.limits.take(PER_USER, userId)
  const user = await app.db
    .selectFrom('users')
    .select('passwordHash')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  if (!(await passwordMatches(user.passwordHash ?? undefined, password))) throw wrongPassword()
}

export function wrongPassword(): Problem {
  const message = 'This is not your present password.'
  return new Problem('invalid', 'password_wrong', message, { issues: [{ path: 'currentPassword', message }] })
}
