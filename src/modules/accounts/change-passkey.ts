import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { confirmUser, type UserProof } from './confirm-user.ts'
import { endPasskeyFactor } from './passkey-factor.ts'
import { noPasskey, type Passkey, PASSKEY_COLUMNS } from './passkey.ts'
import { actingUserId } from './user.ts'
import { requireAnotherWayIn } from './ways-in.ts'

/** The actor's passkeys, the oldest first. */
export async function listPasskeys(app: App, actor: Actor): Promise<Passkey[]> {
  return app.db
    .selectFrom('passkeys')
    .select(PASSKEY_COLUMNS)
    .where('userId', '=', actingUserId(actor))
    .orderBy('id')
    .execute()
}

/** Throws `passkey_not_found` for one that is not the actor's. */
export async function renamePasskey(app: App, actor: Actor, input: { passkeyId: string; name: string }): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, async (tx) => {
    const passkey = await lockPasskey(tx, userId, input.passkeyId)
    if (passkey.name === input.name) return
    await tx.db.updateTable('passkeys').set({ name: input.name }).where('id', '=', passkey.id).execute()
    const customerId = await findCustomerIdOf(tx.db, userId)
    await tx.emit('user.passkey_renamed', userId, {
      ...(customerId ? { customerId } : {}),
      before: { passkeyId: passkey.id, name: passkey.name },
      after: { passkeyId: passkey.id, name: input.name },
    })
  })
}

/**
 * Removes a passkey, for whoever shows anew that it is them. With the last one goes the question for it after the password.
 * Throws `passkey_not_found`, also for another's and before anything else is asked, `last_way_in`, and as confirmUser.
 */
export async function removePasskey(
  app: App,
  actor: Actor,
  { passkeyId, ...proof }: UserProof & { passkeyId: string },
): Promise<void> {
  const userId = actingUserId(actor)
  const found = await app.db
    .selectFrom('passkeys')
    .select('id')
    .where('id', '=', passkeyId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  if (!found) throw noPasskey()
  await confirmUser(app, actor, proof)
  await app.transaction(actor, async (tx) => {
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    const passkey = await lockPasskey(tx, userId, passkeyId)
    await requireAnotherWayIn(tx, userId)
    await tx.db.deleteFrom('passkeys').where('id', '=', passkey.id).execute()
    const customerId = await findCustomerIdOf(tx.db, userId)
    await tx.emit('user.passkey_removed', userId, {
      ...(customerId ? { customerId } : {}),
      before: { passkeyId: passkey.id, name: passkey.name },
    })
    const left = await tx.db.selectFrom('passkeys').select('id').where('userId', '=', userId).executeTakeFirst()
    if (!left) await endPasskeyFactor(tx, userId)
  })
}

async function lockPasskey(tx: Tx, userId: string, passkeyId: string): Promise<Pick<Passkey, 'id' | 'name'>> {
  const passkey = await tx.db
    .selectFrom('passkeys')
    .select(['id', 'name'])
    .where('id', '=', passkeyId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (!passkey) throw noPasskey()
  return passkey
}
