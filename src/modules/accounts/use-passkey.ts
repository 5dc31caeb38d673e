import { verifyAuthenticationResponse, generateAuthenticationOptions } from '@simplewebauthn/server'
import type { App } from '#app/app.ts'
import type { PasskeyPurpose } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { CHALLENGE_MINUTES, challengeIn, openChallenge, spendChallenge } from './passkey-challenge.ts'
import { getRelyingParty, type PasskeyAnswer, passkeyRefused } from './passkey.ts'

/** What a browser is told to ask a passkey for, as JSON. */
export type PasskeyQuestion = Awaited<ReturnType<typeof generateAuthenticationOptions>>

/** For what a passkey is used, and of whom it must be: nobody is named where it shall tell who comes. */
export type PasskeyUse =
  | { purpose: 'sign_in' }
  | { purpose: 'confirm'; userId: string }
  | { purpose: 'second_factor'; userId: string; signInId: string }

/** A passkey whose signature was right. It counts once `takePasskey` took it. */
export type ProvenPasskey = {
  passkeyId: string
  userId: string
  counter: bigint
  backedUp: boolean
  purpose: PasskeyPurpose
}

/** How often somebody may have a question made, answered or not. */
export const QUESTIONS_PER_USER = { name: 'passkey-question-of', attempts: 60, perSeconds: 900 }

/**
 * Makes the question for a passkey: any of ours for a sign-in, else one of the user's. It always asks for finger, face or
 * PIN, so that whoever answers proved two things. Throws `passkeys_unavailable`.
 */
export async function askForPasskey(app: App, tx: Tx, use: PasskeyUse): Promise<PasskeyQuestion> {
  const { id } = getRelyingParty(app.config)
  const known =
    use.purpose === 'sign_in'
      ? []
      : await tx.db
          .selectFrom('passkeys')
          .select(['credentialId as id', 'transports'])
          .where('userId', '=', use.userId)
          .orderBy('id')
          .execute()
  const challenge = Buffer.from(await openChallenge(tx, use), 'base64url')
  return generateAuthenticationOptions({
    rpID: id,
    challenge: new Uint8Array(challenge),
    timeout: CHALLENGE_MINUTES * 60_000,
    userVerification: 'required',
    allowCredentials: known,
  })
}

/**
 * Looks at the answer of a passkey, whose challenge is used up by that. Throws `passkey_refused` for one that is not
 * known, another user's, of another site, wrongly signed or without finger, face or PIN; `passkey_over`;
 * `passkeys_unavailable`.
 */
export async function provePasskey(app: App, answer: PasskeyAnswer, use: PasskeyUse): Promise<ProvenPasskey> {
  const party = getRelyingParty(app.config)
  const challenge = challengeIn(answer.response.clientDataJSON)
  await spendChallenge(app, challenge, use)
  const passkey = await app.db
    .selectFrom('passkeys')
    .select(['id', 'userId', 'credentialId', 'publicKey'])
    .where('credentialId', '=', answer.id)
    .$if(use.purpose !== 'sign_in', (query) => query.where('userId', '=', 'userId' in use ? use.userId : ''))
    .executeTakeFirst()
  if (!passkey) throw passkeyRefused()
  const { userHandle, ...signed } = answer.response
  const ofThem = userHandle ? userHandle === userHandleOf(passkey.userId) : use.purpose !== 'sign_in'
  if (!ofThem) throw passkeyRefused()
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...answer, response: signed },
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    // The counter is compared where the row is held: takePasskey.
    credential: { id: passkey.credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 },
  }).catch((cause: unknown) => {
    throw Object.assign(passkeyRefused(), { cause })
  })
  if (!verified) throw passkeyRefused()
  return {
    passkeyId: passkey.id,
    userId: passkey.userId,
    counter: BigInt(authenticationInfo.newCounter),
    backedUp: authenticationInfo.credentialBackedUp,
    purpose: use.purpose,
  }
}

/**
 * Counts a proven passkey as used. False, and an event, when its counter did not grow: then there is a copy of it. False,
 * too, when it was removed meanwhile. The caller commits either.
 */
export async function takePasskey(tx: Tx, proven: ProvenPasskey): Promise<boolean> {
  const { userId } = proven
  await tx.db.selectFrom('users').select('id').where('id', '=', userId).forShare().executeTakeFirstOrThrow()
  const passkey = await tx.db
    .selectFrom('passkeys')
    .select(['id', 'counter', 'name'])
    .where('id', '=', proven.passkeyId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (!passkey) return false
  const customerId = await findCustomerIdOf(tx.db, userId)
  const about = customerId ? { customerId } : {}
  const told = { passkeyId: passkey.id, name: passkey.name, purpose: proven.purpose }
  // Passkeys that do not count always say 0.
  if ((proven.counter > 0n || passkey.counter > 0n) && proven.counter <= passkey.counter) {
    await tx.emit('user.passkey_refused', userId, { ...about, after: { ...told, reason: 'counter' } })
    return false
  }
  await tx.db
    .updateTable('passkeys')
    .set({ counter: proven.counter, backedUp: proven.backedUp, lastUsedAt: tx.now })
    .where('id', '=', passkey.id)
    .execute()
  await tx.emit('user.passkey_used', userId, { ...about, after: told })
  return true
}

/** The name a passkey knows its user by: it tells nothing of the person. */
const userHandleOf = (userId: string): string => Buffer.from(userId).toString('base64url')

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'))
