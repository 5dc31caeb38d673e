import type { CryptoKey, JWK } from 'jose'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import type { SealedColumn } from '#platform/rekey.ts'
import type { Tx } from '#platform/transaction.ts'

/** The one algorithm (RFC 7518, section 3.4); whatever else a token says of itself is refused. */
export const SIGNING_ALGORITHM = 'ES256'
/** An access token lives so long. */
export const ACCESS_SECONDS = 600
/** A key is published so long before it signs, so that whoever keeps our keys for a while knows it by then. */
const PUBLISHED_AHEAD_HOURS = 24
/** A key signs so long; after that the next takes over. */
const SIGNS_DAYS = 30

type PublicJwk = JWK & { kid: string }
type KnownKey = { id: string; publicJwk: PublicJwk; publicKey: CryptoKey; signsFrom: Temporal.Instant }

const place = (keyId: string): string => `signing_keys.sealed_private:${keyId}`

export const sealedSigningKeys: SealedColumn = {
  table: 'signing_keys',
  column: 'sealed_private',
  key: ['id'],
  place: ([keyId]) => place(keyId!),
}

/** The public keys, as `/.well-known/jwks.json` tells them (RFC 7517); the next one among them. */
export async function listPublicKeys(app: App): Promise<PublicJwk[]> {
  return (await readKeys(app)).map(({ publicJwk }) => publicJwk)
}

const REREAD_MS = 60_000
const READ_AGAIN_MS = 1_000
const known = new WeakMap<App['database'], { readAtMs: number; keys: Promise<KnownKey[]> }>()

/** The public key of this id; undefined when we have none. A key that is new to this process is looked for. */
export async function findPublicKey(app: App, keyId: string): Promise<CryptoKey | undefined> {
  const find = (keys: KnownKey[]): CryptoKey | undefined => keys.find(({ id }) => id === keyId)?.publicKey
  return find(await keptKeys(app, REREAD_MS)) ?? find(await keptKeys(app, READ_AGAIN_MS))
}

function keptKeys(app: App, forMs: number): Promise<KnownKey[]> {
  const kept = known.get(app.database)
  if (kept && performance.now() - kept.readAtMs < forMs) return kept.keys
  const fresh = { readAtMs: performance.now(), keys: readKeys(app) }
  known.set(app.database, fresh)
  // What could not be read is read anew by whoever asks next.
  fresh.keys.catch(() => known.delete(app.database))
  return fresh.keys
}

async function readKeys(app: App): Promise<KnownKey[]> {
  const rows = await app.db
    .selectFrom('signingKeys')
    .select(['id', 'publicJwk', 'signsFrom'])
    .where('retiredAt', 'is', null)
    .orderBy('id')
    .execute()
  const { importJWK } = await import('jose')
  return Promise.all(
    rows.map(async ({ id, publicJwk, signsFrom }) => {
      const jwk = publicJwk as PublicJwk
      const publicKey = (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey
      return { id, publicJwk: jwk, publicKey, signsFrom }
    }),
  )
}

/** The key that signs now, with its secret half; the first of all is made by whoever needs it first. */
export async function getSigningKey(app: App): Promise<{ id: string; privateKey: CryptoKey }> {
  const found = (await findSigning(app)) ?? (await makeFirst(app))
  const { importJWK } = await import('jose')
  const jwk = JSON.parse(app.secrets.open(found.sealedPrivate, place(found.id))) as JWK
  return { id: found.id, privateKey: (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey }
}

const findSigning = ({ db, clock }: Pick<App, 'db' | 'clock'>) =>
  db
    .selectFrom('signingKeys')
    .select(['id', 'sealedPrivate'])
    .where('retiredAt', 'is', null)
    .where('signsFrom', '<=', clock.now())
    .orderBy('signsFrom', 'desc')
    .limit(1)
    .executeTakeFirst()

const makeFirst = (app: App) =>
  app.transaction(system('accounts'), async (tx) => {
    await lockKeys(tx)
    return (await findSigning({ db: tx.db, clock: app.clock })) ?? makeKey(app, tx, tx.now)
  })

/** Two who would make a key at one time make one after the other, and the second finds the first one's. */
const lockKeys = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('signing_keys'))`.execute(tx.db)

async function makeKey(app: App, tx: Tx, signsFrom: Temporal.Instant): Promise<{ id: string; sealedPrivate: string }> {
  const { exportJWK, generateKeyPair } = await import('jose')
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const id = newId('key')
  const publicJwk = { ...(await exportJWK(publicKey)), kid: id, alg: SIGNING_ALGORITHM, use: 'sig' }
  const sealedPrivate = app.secrets.seal(JSON.stringify(await exportJWK(privateKey)), place(id))
  await tx.db
    .insertInto('signingKeys')
    .values({ id, publicJwk: JSON.stringify(publicJwk), sealedPrivate, createdAt: tx.now, signsFrom })
    .execute()
  known.delete(app.database)
  await tx.emit('signing_key.created', id, { after: { signsFrom: signsFrom.toString() } })
  return { id, sealedPrivate }
}

/**
 * Publishes the next key a day before the present one has signed for 30, and retires each one whose last token is over, which
 * nobody accepts any more. Nothing is made before the first token was asked for.
 */
export async function rotateKeys(app: App): Promise<void> {
  await app.transaction(system('accounts'), async (tx) => {
    await lockKeys(tx)
    const keys = await tx.db
      .selectFrom('signingKeys')
      .select(['id', 'signsFrom'])
      .where('retiredAt', 'is', null)
      .orderBy('signsFrom', 'desc')
      .execute()
    const newest = keys[0]
    if (!newest) return
    const due = newest.signsFrom.add({ hours: 24 * SIGNS_DAYS - PUBLISHED_AHEAD_HOURS })
    if (Temporal.Instant.compare(tx.now, due) >= 0) await makeKey(app, tx, tx.now.add({ hours: PUBLISHED_AHEAD_HOURS }))
    const overAt = tx.now.subtract({ seconds: 2 * ACCESS_SECONDS })
    const inUse = keys.find(({ signsFrom }) => Temporal.Instant.compare(signsFrom, overAt) <= 0)
    const retired = keys.filter(
      ({ signsFrom }) => inUse !== undefined && Temporal.Instant.compare(signsFrom, inUse.signsFrom) < 0,
    )
    for (const { id } of retired) {
      await tx.db.updateTable('signingKeys').set({ retiredAt: tx.now }).where('id', '=', id).execute()
      await tx.emit('signing_key.retired', id)
    }
  })
}
