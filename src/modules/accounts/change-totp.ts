import type { App } from '#app/app.ts'
import { type Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { confirmPassword } from './confirm-password.ts'
import { endSessions } from './end-sessions.ts'
import type { ConfirmTotpInput } from './enrol-totp.ts'
import { replaceRecoveryCodes, secondFactorWrong, takeSecondFactor } from './second-factor.ts'
import { actingUserId } from './user.ts'

/**
 * Switches the second factor off; a recovery code serves for it, too. Other sessions of the user end. Throws
 * `password_wrong`, `second_factor_wrong`, also when there is none to switch off, `too_many_attempts`, `busy`.
 */
export async function removeTotp(
  app: App,
  actor: Actor,
  input: ConfirmTotpInput & { keepSessionId?: string | undefined },
): Promise<void> {
  await withProof(app, actor, input, async (tx, { userId, customerId }) => {
    await tx.db.deleteFrom('recoveryCodes').where('userId', '=', userId).execute()
    await tx.db.deleteFrom('totpFactors').where('userId', '=', userId).execute()
    await endSessions(tx, { userId, customerId, keepSessionId: input.keepSessionId })
    await tx.emit('user.second_factor_disabled', userId, customerId ? { customerId } : {})
  })
}

/** Gives new recovery codes, told this once; earlier ones stop working. Throws as removeTotp. */
export const renewRecoveryCodes = (app: App, actor: Actor, input: ConfirmTotpInput): Promise<string[]> =>
  withProof(app, actor, input, async (tx, { userId, customerId }) => {
    const codes = await replaceRecoveryCodes(app, tx, userId)
    await tx.emit('user.recovery_codes_renewed', userId, customerId ? { customerId } : {})
    return codes
  })

async function withProof<T>(
  app: App,
  actor: Actor,
  input: ConfirmTotpInput,
  act: (tx: Tx, user: { userId: string; customerId: string | null }) => Promise<T>,
): Promise<T> {
  const userId = actingUserId(actor)
  await confirmPassword(app, userId, input.currentPassword)
  return app.transaction(actor, async (tx) => {
    if (!(await takeSecondFactor(app, tx, { userId, code: input.code }))) throw secondFactorWrong()
    return act(tx, { userId, customerId: await findCustomerIdOf(tx.db, userId) })
  })
}
