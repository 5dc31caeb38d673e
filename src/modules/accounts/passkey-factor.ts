import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { confirmUser, type UserProof } from './confirm-user.ts'
import { endSessions } from './end-sessions.ts'
import { noPasskey } from './passkey.ts'
import { dropRecoveryCodes, hasSecondFactor, replaceRecoveryCodes } from './second-factor.ts'
import { actingUserId } from './user.ts'

type Change = UserProof & { keepSessionId?: string | undefined }

/**
 * From now on a password alone opens nothing: a passkey is asked for after it. Ends the user's other sessions. Gives the
 * recovery codes when this is their first second factor, told this once; none when they have them already. Throws
 * `passkey_not_found` when they have no passkey, and as confirmUser.
 */
export async function enablePasskeyFactor(
  app: App,
  actor: Actor,
  { keepSessionId, ...proof }: Change,
): Promise<string[]> {
  const userId = actingUserId(actor)
  await confirmUser(app, actor, proof)
  return app.transaction(actor, async (tx) => {
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    const passkey = await tx.db.selectFrom('passkeys').select('id').where('userId', '=', userId).executeTakeFirst()
    if (!passkey) throw noPasskey()
    const first = !(await hasSecondFactor(tx.db, userId))
    const enabled = await tx.db
      .insertInto('passkeyFactors')
      .values({ userId, createdAt: tx.now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('userId')
      .executeTakeFirst()
    if (!enabled) return []
    const codes = first ? await replaceRecoveryCodes(app, tx, userId) : []
    const customerId = await findCustomerIdOf(tx.db, userId)
    await endSessions(tx, { userId, customerId, keepSessionId })
    await tx.emit('user.passkey_factor_enabled', userId, {
      ...(customerId ? { customerId } : {}),
      before: { passkeyAfterPassword: 'off' },
      after: { passkeyAfterPassword: 'on' },
    })
    return codes
  })
}

/** Passkeys stay, but none is asked for after the password. Ends the user's other sessions. Throws as confirmUser. */
export async function disablePasskeyFactor(app: App, actor: Actor, { keepSessionId, ...proof }: Change): Promise<void> {
  const userId = actingUserId(actor)
  await confirmUser(app, actor, proof)
  await app.transaction(actor, async (tx) => {
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    if (await endPasskeyFactor(tx, userId))
      await endSessions(tx, { userId, customerId: await findCustomerIdOf(tx.db, userId), keepSessionId })
  })
}

/** Ends it, with the recovery codes where they were its own. Whether there was one to end. */
export async function endPasskeyFactor(tx: Tx, userId: string): Promise<boolean> {
  const ended = await tx.db
    .deleteFrom('passkeyFactors')
    .where('userId', '=', userId)
    .returning('userId')
    .executeTakeFirst()
  if (!ended) return false
  await dropRecoveryCodes(tx, userId)
  const customerId = await findCustomerIdOf(tx.db, userId)
  await tx.emit('user.passkey_factor_disabled', userId, {
    ...(customerId ? { customerId } : {}),
    before: { passkeyAfterPassword: 'on' },
    after: { passkeyAfterPassword: 'off' },
  })
  return true
}

/** Whether a passkey is asked for after the actor's password, and how many recovery codes could stand in for it. */
export async function getPasskeyFactor(app: App, actor: Actor): Promise<{ on: boolean; recoveryCodesLeft: number }> {
  const userId = actingUserId(actor)
  const { rows } = await sql<{ on: boolean; left: bigint }>`
    select exists (select from passkey_factors where user_id = ${userId}) as on,
      (select count(*) from recovery_codes where user_id = ${userId} and used_at is null) as left`.execute(app.db)
  return { on: rows[0]!.on, recoveryCodesLeft: Number(rows[0]!.left) }
}
