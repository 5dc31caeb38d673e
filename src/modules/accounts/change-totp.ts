import type { App } from '#app/app.ts'
import { type Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { confirmPassword } from './confirm-password.ts'
import { confirmUser, type UserProof } from './confirm-user.ts'
import { endSessions } from './end-sessions.ts'
import type { ConfirmTotpInput } from './enrol-totp.ts'
import {
  dropRecoveryCodes,
  hasSecondFactor,
  replaceRecoveryCodes,
  secondFactorWrong,
  takeSecondFactor,
} from './second-factor.ts'
import { actingUserId } from './user.ts'

/**
 * Switches the authenticator app off; a recovery code serves for it, too. Other sessions of the user end. Throws
 * `password_wrong`, `second_factor_wrong`, also when there is none to switch off, `too_many_attempts`, `busy`.
 */
export async function removeTotp(
  app: App,
  actor: Actor,
  input: ConfirmTotpInput & { keepSessionId?: string | undefined },
): Promise<void> {
  const userId = actingUserId(actor)
  await confirmPassword(app, userId, input.currentPassword)
  await app.transaction(actor, async (tx) => {
    await lockUser(tx, userId)
    if (!(await takeSecondFactor(app, tx, { userId, code: input.code }))) throw secondFactorWrong()
    await tx.db.deleteFrom('totpFactors').where('userId', '=', userId).execute()
    await dropRecoveryCodes(tx, userId)
    const customerId = await findCustomerIdOf(tx.db, userId)
    await endSessions(tx, { userId, customerId, keepSessionId: input.keepSessionId })
    await tx.emit('user.second_factor_disabled', userId, {
      ...(customerId ? { customerId } : {}),
      before: { authenticatorApp: 'on' },
      after: { authenticatorApp: 'off' },
    })
  })
}

/**
 * Gives new recovery codes, told this once; earlier ones stop working. Throws `second_factor_wrong` also when there is no
 * second factor for which they could stand in, and as confirmUser.
 */
export async function renewRecoveryCodes(app: App, actor: Actor, proof: UserProof): Promise<string[]> {
  const userId = actingUserId(actor)
  await confirmUser(app, actor, proof)
  return app.transaction(actor, async (tx) => {
    await lockUser(tx, userId)
    if (!(await hasSecondFactor(tx.db, userId))) throw secondFactorWrong()
    const codes = await replaceRecoveryCodes(app, tx, userId)
    const customerId = await findCustomerIdOf(tx.db, userId)
    await tx.emit('user.recovery_codes_renewed', userId, customerId ? { customerId } : {})
    return codes
  })
}

const lockUser = (tx: Tx, userId: string) =>
  tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
