import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor } from '#platform/actor.ts'
import { confirmPassword } from './confirm-password.ts'
import { PasswordField } from './password.ts'
import { type PasskeyAnswer, passkeyRefused } from './passkey.ts'
import { hasSecondFactor, SecondFactorField, secondFactorWrong, takeSecondFactor } from './second-factor.ts'
import { askForPasskey, type PasskeyQuestion, provePasskey, QUESTIONS_PER_USER, takePasskey } from './use-passkey.ts'
import { actingUserId } from './user.ts'

export const PasswordProof = z.strictObject({ currentPassword: PasswordField, code: SecondFactorField.optional() })

/** What somebody signed in shows anew before something dangerous: the password and, if they have one, the code; or a passkey. */
export type UserProof = z.output<typeof PasswordProof> | { passkey: PasskeyAnswer }

const PER_USER = { name: 'confirm-user', attempts: 10, perSeconds: 900 }

/** What `confirmUser` would ask the actor for, where they have no passkey at hand. */
export async function getProofNeeds(app: App, actor: Actor): Promise<{ password: boolean; code: boolean }> {
  const userId = actingUserId(actor)
  const [user, code] = await Promise.all([
    app.db.selectFrom('users').select('passwordHash').where('id', '=', userId).executeTakeFirstOrThrow(),
    hasSecondFactor(app.db, userId),
  ])
  return { password: user.passwordHash !== null, code }
}

/** The question for a passkey that `confirmUser` takes. Throws `passkeys_unavailable`, `too_many_attempts`. */
export async function beginConfirmation(app: App, actor: Actor): Promise<PasskeyQuestion> {
  const userId = actingUserId(actor)
  await app.limits.take(QUESTIONS_PER_USER, userId)
  return app.transaction(actor, (tx) => askForPasskey(app, tx, { purpose: 'confirm', userId }))
}

/**
 * "Is it you?", the one place where that is asked before ways to sign in change. A passkey is enough, as it asked for
 * finger, face or PIN; a password is not where the user has a second factor. Throws `password_wrong`,
 * `second_factor_wrong`, `passkey_refused`, `passkey_over`, `too_many_attempts`, `busy`.
 */
export async function confirmUser(app: App, actor: Actor, proof: UserProof): Promise<void> {
  const userId = actingUserId(actor)
  if ('passkey' in proof) {
    await app.limits.take(PER_USER, userId)
    const proven = await provePasskey(app, proof.passkey, { purpose: 'confirm', userId })
    if (!(await app.transaction(actor, (tx) => takePasskey(tx, proven)))) throw passkeyRefused()
    return
  }
  await confirmPassword(app, userId, proof.currentPassword)
  if (!(await hasSecondFactor(app.db, userId))) return
  const code = proof.code ?? ''
  const right = await app.transaction(actor, (tx) => takeSecondFactor(app, tx, { userId, code }))
  if (!right) throw secondFactorWrong()
}
