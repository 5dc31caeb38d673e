import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decodeAttestationObject, isoCBOR } from '@simplewebauthn/server/helpers'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { confirmUser, type UserProof } from './confirm-user.ts'
import { CHALLENGE_MINUTES, challengeIn, openChallenge, spendChallenge } from './passkey-challenge.ts'
import {
  getRelyingParty,
  type NewPasskeyAnswer,
  type Passkey,
  PASSKEY_COLUMNS,
  passkeyRefused,
  PASSKEYS_PER_USER,
} from './passkey.ts'
import { bytesOf } from './use-passkey.ts'
import { actingUserId } from './user.ts'

/** What a browser is told to make a passkey of, as JSON. */
export type NewPasskeyQuestion = Awaited<ReturnType<typeof generateRegistrationOptions>>

// EdDSA, ECDSA with P-256 and RSA with SHA-256: between them every device has one.
const ALGORITHMS = [-8, -7, -257]

/**
 * Starts adding a passkey, for whoever shows anew that it is them. Devices that hold one of theirs are named, so that
 * none makes a second. Throws `too_many_passkeys`, `passkeys_unavailable`, and as confirmUser.
 */
export async function beginPasskey(app: App, actor: Actor, proof: UserProof): Promise<NewPasskeyQuestion> {
  const userId = actingUserId(actor)
  const party = getRelyingParty(app.config)
  await confirmUser(app, actor, proof)
  return app.transaction(actor, async (tx) => {
    const user = await lockUser(tx, userId)
    const known = await tx.db
      .selectFrom('passkeys')
      .select(['credentialId as id', 'transports'])
      .where('userId', '=', userId)
      .execute()
    if (known.length >= PASSKEYS_PER_USER) throw tooManyPasskeys()
    const challenge = await openChallenge(tx, { purpose: 'register', userId })
    return generateRegistrationOptions({
      rpID: party.id,
      rpName: party.name,
      userID: new Uint8Array(Buffer.from(userId)),
      userName: user.email,
      userDisplayName: user.name,
      challenge: bytesOf(challenge),
      timeout: CHALLENGE_MINUTES * 60_000,
      attestationType: 'none',
      excludeCredentials: known,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    })
  })
}

/**
 * Adds the passkey a browser made after `beginPasskey`. Throws `passkey_refused` when it was made for another site or
 * without finger, face or PIN, `passkey_over`, `passkey_known`, `too_many_passkeys`, `passkeys_unavailable`.
 */
export async function finishPasskey(
  app: App,
  actor: Actor,
  input: { name: string; answer: NewPasskeyAnswer },
): Promise<Passkey> {
  const userId = actingUserId(actor)
  const made = await proveNewPasskey(app, userId, input.answer)
  return app.transaction(actor, async (tx) => {
    await lockUser(tx, userId)
    const { count } = await tx.db
      .selectFrom('passkeys')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where('userId', '=', userId)
      .executeTakeFirstOrThrow()
    if (count >= BigInt(PASSKEYS_PER_USER)) throw tooManyPasskeys()
    const passkey = await tx.db
      .insertInto('passkeys')
      .values({
        id: newId('pky'),
        userId,
        credentialId: made.credential.id,
        publicKey: Buffer.from(made.credential.publicKey).toString('base64url'),
        counter: BigInt(made.credential.counter),
        transports: input.answer.response.transports ?? [],
        backedUp: made.credentialBackedUp,
        aaguid: made.aaguid,
        name: input.name,
        createdAt: tx.now,
      })
      .onConflict((conflict) => conflict.column('credentialId').doNothing())
      .returning(PASSKEY_COLUMNS)
      .executeTakeFirst()
    if (!passkey) throw new Problem('conflict', 'passkey_known', 'This passkey is known here already.')
    const customerId = await findCustomerIdOf(tx.db, userId)
    await tx.emit('user.passkey_added', userId, {
      ...(customerId ? { customerId } : {}),
      after: { passkeyId: passkey.id, name: passkey.name },
    })
    return passkey
  })
}

async function proveNewPasskey(app: App, userId: string, answer: NewPasskeyAnswer) {
  const party = getRelyingParty(app.config)
  const challenge = challengeIn(answer.response.clientDataJSON)
  await spendChallenge(app, challenge, { purpose: 'register', userId })
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: withoutAttestation(answer),
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (verified) return registrationInfo
  } catch (cause) {
    throw Object.assign(passkeyRefused(), { cause })
  }
  throw passkeyRefused()
}

/**
 * We do not ask who built the device, so nothing said about it is read: certificates in it name addresses that checking
 * them would call.
 */
function withoutAttestation({ response, ...answer }: NewPasskeyAnswer) {
  const authData = decodeAttestationObject(bytesOf(response.attestationObject)).get('authData')
  const plain = new Map<string, string | Uint8Array<ArrayBuffer> | Map<string, string>>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ])
  const attestationObject = Buffer.from(isoCBOR.encode(plain)).toString('base64url')
  return { ...answer, response: { clientDataJSON: response.clientDataJSON, attestationObject } }
}

const lockUser = (tx: Tx, userId: string) =>
  tx.db.selectFrom('users').select(['email', 'name']).where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()

const tooManyPasskeys = (): Problem =>
  new Problem(
    'conflict',
    'too_many_passkeys',
    `A user may have ${PASSKEYS_PER_USER} passkeys. Please remove one first.`,
  )
