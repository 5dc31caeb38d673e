import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { confirmPassword } from './confirm-password.ts'
import { endSessions } from './end-sessions.ts'
import { PasswordField } from './password.ts'
import {
  hasSecondFactor,
  replaceRecoveryCodes,
  SecondFactorField,
  secondFactorWrong,
  takeTotp,
  totpPlace,
} from './second-factor.ts'
import { newTotpSecret, totpUri } from './totp.ts'
import { actingUserId } from './user.ts'

const ISSUER = 'EZ Solutions'

export const ConfirmTotpInput = z.strictObject({ currentPassword: PasswordField, code: SecondFactorField })
export type ConfirmTotpInput = z.output<typeof ConfirmTotpInput>

/** Makes a secret for an authenticator app; it counts once a code of it was confirmed. Throws `totp_active`. */
export async function beginTotp(app: App, actor: Actor): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, async (tx) => {
    const sealedSecret = app.secrets.seal(newTotpSecret(), totpPlace(userId))
    const begun = await tx.db
      .insertInto('totpFactors')
      .values({ userId, sealedSecret, createdAt: tx.now })
      .onConflict((conflict) =>
        conflict
          .column('userId')
          .doUpdateSet({ sealedSecret, createdAt: tx.now, lastStep: null })
          .where('totpFactors.confirmedAt', 'is', null),
      )
      .returning('userId')
      .executeTakeFirst()
    if (!begun) throw totpActive()
  })
}

/** Gives up setting an app up; one that is confirmed stays. */
export async function cancelTotp(app: App, actor: Actor): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, (tx) =>
    tx.db.deleteFrom('totpFactors').where('userId', '=', userId).where('confirmedAt', 'is', null).execute(),
  )
}

/** How things stand with the actor's authenticator app; the secret only while it is being set up. */
export type TotpStatus =
  | { state: 'off' }
  | { state: 'pending'; secret: string; uri: string }
  | { state: 'on'; since: Temporal.Instant; recoveryCodesLeft: number }

export async function getTotpStatus(app: App, actor: Actor): Promise<TotpStatus> {
  const userId = actingUserId(actor)
  const factor = await app.db
    .selectFrom('totpFactors')
    .innerJoin('users', 'users.id', 'totpFactors.userId')
    .select(['sealedSecret', 'confirmedAt', 'email'])
    .select((query) =>
      query
        .selectFrom('recoveryCodes')
        .select(({ fn }) => fn.countAll<bigint>().as('left'))
        .where('recoveryCodes.userId', '=', userId)
        .where('usedAt', 'is', null)
        .as('left'),
    )
    .where('totpFactors.userId', '=', userId)
    .executeTakeFirst()
  if (!factor) return { state: 'off' }
  if (factor.confirmedAt)
    return { state: 'on', since: factor.confirmedAt, recoveryCodesLeft: Number(factor.left ?? 0n) }
  const secret = app.secrets.open(factor.sealedSecret, totpPlace(userId))
  return { state: 'pending', secret, uri: totpUri(secret, { issuer: ISSUER, account: factor.email }) }
}

/**
 * Switches the authenticator app on with a first code, ends the user's other sessions, and gives the recovery codes, told
 * this once; none when a passkey was their second factor before and they have them already. Throws `password_wrong`, `second_factor_wrong`, `totp_active`, `too_many_attempts`, `busy`.
 */
export async function confirmTotp(
  app: App,
  actor: Actor,
  input: ConfirmTotpInput & { keepSessionId?: string | undefined },
): Promise<string[]> {
  const userId = actingUserId(actor)
  await confirmPassword(app, userId, input.currentPassword)
  return app.transaction(actor, async (tx) => {
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    if (!(await takeTotp(app, tx, { userId, code: input.code, confirmed: false }))) throw secondFactorWrong()
    const first = !(await hasSecondFactor(tx.db, userId))
    await tx.db.updateTable('totpFactors').set({ confirmedAt: tx.now }).where('userId', '=', userId).execute()
    const codes = first ? await replaceRecoveryCodes(app, tx, userId) : []
    const customerId = await findCustomerIdOf(tx.db, userId)
    await endSessions(tx, { userId, customerId, keepSessionId: input.keepSessionId })
    await tx.emit('user.second_factor_enabled', userId, {
      ...(customerId ? { customerId } : {}),
      before: { authenticatorApp: 'off' },
      after: { authenticatorApp: 'on' },
    })
    return codes
  })
}

const totpActive = (): Problem =>
  new Problem('conflict', 'totp_active', 'Your authenticator app is set up already. Switch it off first.')
