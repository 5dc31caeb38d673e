import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { SealedColumn } from '#platform/rekey.ts'
import { equalText, hashToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'
import { matchingStep } from './totp.ts'

const RECOVERY_CODES = 10
// No letters or digits that look alike; 50 bits each, five tries at most.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const RECOVERY_LETTERS = 10

/** What somebody types who is asked for their second factor: six digits of the app, or a recovery code. */
export const SecondFactorField = z
  .string({ error: 'Please enter the code.' })
  .max(40, { error: 'Please enter the six digits your app shows, or a recovery code.', abort: true })
  .transform((text) => text.toLowerCase().replaceAll(/[\s-]/g, ''))

/** Where the secret of an app is sealed to: it opens for its user alone. */
export const totpPlace = (userId: string): string => `totp_factors.sealed_secret:${userId}`

/**
 * Whether this user must prove a second factor to sign in: once their authenticator app is confirmed, or once they said
 * that a passkey shall be asked for after the password. Merely having passkeys does not ask for one. Where a second factor
 * is asked for, any of theirs will do: a code of the app, any passkey, or a recovery code. A passkey that signs in by itself
 * is two factors at once.
 */
export async function hasSecondFactor(db: App['db'] | Tx['db'], userId: string): Promise<boolean> {
  const factor = await db
    .selectFrom('totpFactors')
    .select('userId')
    .where('userId', '=', userId)
    .where('confirmedAt', 'is not', null)
    .unionAll(db.selectFrom('passkeyFactors').select('userId').where('userId', '=', userId))
    .limit(1)
    .executeTakeFirst()
  return factor !== undefined
}

/** The same, for queries that ask it of many; `user` names the column with their id. */
export const hasSecondFactorOf = (user: string) => sql<boolean>`(
  exists (select from totp_factors t where t.user_id = ${sql.ref(user)} and t.confirmed_at is not null)
  or exists (select from passkey_factors p where p.user_id = ${sql.ref(user)}))`

/**
 * Uses up one code of the user's confirmed app, or one recovery code. Gives which it was; undefined when it is none. Two
 * at once with one code: one of them succeeds.
 */
export async function takeSecondFactor(
  app: App,
  tx: Tx,
  { userId, code }: { userId: string; code: string },
): Promise<'totp' | 'recovery_code' | undefined> {
  if (/^\d{6}$/.test(code)) return (await takeTotp(app, tx, { userId, code, confirmed: true })) ? 'totp' : undefined
  const codeHash = await findRecoveryCode(app, tx, userId, code)
  if (codeHash === undefined) return undefined
  const used = await tx.db
    .updateTable('recoveryCodes')
    .set({ usedAt: tx.now })
    .where('userId', '=', userId)
    .where('codeHash', '=', codeHash)
    .where('usedAt', 'is', null)
    .returning('codeHash')
    .executeTakeFirst()
  if (!used) return undefined
  await tx.emit('user.recovery_code_used', userId)
  return 'recovery_code'
}

/** The same for the app alone; an app that is being set up proves itself this way, too. */
export async function takeTotp(
  app: App,
  tx: Tx,
  { userId, code, confirmed }: { userId: string; code: string; confirmed: boolean },
): Promise<boolean> {
  const factor = await tx.db
    .selectFrom('totpFactors')
    .selectAll()
    .where('userId', '=', userId)
    .where('confirmedAt', confirmed ? 'is not' : 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!factor) return false
  const secret = app.secrets.open(factor.sealedSecret, totpPlace(userId))
  // Phones show wall-clock codes, however far business time was moved.
  const step = matchingStep(secret, code, { wallClock: app.clock.wallClock(), after: factor.lastStep })
  if (step === undefined) return false
  await tx.db
    .updateTable('totpFactors')
    .set({ lastStep: BigInt(step) })
    .where('userId', '=', userId)
    .execute()
  return true
}

/** Makes new recovery codes in place of all earlier ones, and gives them; they are told once and stored as digests. */
export async function replaceRecoveryCodes(app: App, tx: Tx, userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  await tx.db.deleteFrom('recoveryCodes').where('userId', '=', userId).execute()
  await tx.db
    .insertInto('recoveryCodes')
    .values(codes.map((code) => ({ userId, codeHash: sealRecoveryCode(app, userId, code), createdAt: tx.now })))
    .execute()
  return codes.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`)
}

/** Takes the recovery codes back when no second factor is left for which they could stand in. */
export async function dropRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  if (await hasSecondFactor(tx.db, userId)) return
  await tx.db.deleteFrom('recoveryCodes').where('userId', '=', userId).execute()
}

/** Uniform: bytes beyond the last whole round of the alphabet are thrown away. */
function newRecoveryCode(): string {
  let code = ''
  while (code.length < RECOVERY_LETTERS)
    for (const byte of randomBytes(RECOVERY_LETTERS))
      if (byte < 256 - (256 % ALPHABET.length) && code.length < RECOVERY_LETTERS)
        code += ALPHABET[byte % ALPHABET.length]!
  return code
}

/** Where the digest of a recovery code is sealed to. */
const recoveryPlace = (userId: string): string => `recovery_codes.code_hash:${userId}`

/** A digest that is sealed, as a code is short enough to be guessed by whoever holds the database alone. */
const sealRecoveryCode = (app: App, userId: string, code: string): string =>
  app.secrets.seal(hashToken(code), recoveryPlace(userId))

/** The unused code of this user that is this one, as it is stored; its row is locked, so that it is used once. */
async function findRecoveryCode(app: App, tx: Tx, userId: string, code: string): Promise<string | undefined> {
  const unused = await tx.db
    .selectFrom('recoveryCodes')
    .select('codeHash')
    .where('userId', '=', userId)
    .where('usedAt', 'is', null)
    .orderBy('codeHash')
    .forUpdate()
    .execute()
  const digest = hashToken(code)
  return unused.find(({ codeHash }) =>
    codeHash.startsWith('v')
      ? equalText(app.secrets.open(codeHash, recoveryPlace(userId)), digest)
      : app.secrets.verify('recovery-code', `${userId}:${code}`, codeHash),
  )?.codeHash
}

/** What is sealed here. */
export const sealedSecondFactors: SealedColumn[] = [
  {
    table: 'totp_factors',
    column: 'sealed_secret',
    key: ['user_id'],
    place: ([userId]) => totpPlace(userId!),
  },
  {
    table: 'recovery_codes',
    column: 'code_hash',
    key: ['user_id', 'code_hash'],
    place: ([userId]) => recoveryPlace(userId!),
  },
]

/** What is told of a wrong code, wherever it was asked for. */
export function secondFactorWrong(): Problem {
  const message = 'This code is not right, or was used before. Please take the next one.'
  return new Problem('unauthenticated', 'second_factor_wrong', message, { issues: [{ path: 'code', message }] })
}
