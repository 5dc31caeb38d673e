import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Actor, actorId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { SealedColumn } from '#platform/rekey.ts'

/** An answer as it is kept for a retry. */
export type KeptAnswer = { status: number; body: string; location?: string | undefined }

/** What one request asks for and by which key: the same on every retry. */
export type Attempt = {
  /** Whose key it is. */
  owner: string
  key: string
  /** Stands for method, path and body; made with our secret, as bodies hold passwords. */
  hash: string
  /** Whether a stored hash is of the same request. */
  isSame(hash: string): boolean
}

const PURPOSE = 'idempotency'
/** A claim of a process that died is taken over after this; one that lives renews it. */
const CLAIM_SECONDS = 10
const RENEW_MS = 3_000
export const KEPT_HOURS = 24

/** The attempt a request is, or undefined when it has no Idempotency-Key. Throws `input_invalid` for one that is none. */
export function attemptOf(
  app: App,
  request: Request,
  who: { actor: Actor; address: string | undefined },
  body: Uint8Array,
): Attempt | undefined {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\u0021-\u007e]{1,255}$/.test(key)) {
    const message = 'Give 1 to 255 visible ASCII characters, such as a UUID.'
    throw new Problem('invalid', 'input_invalid', message, { issues: [{ path: 'Idempotency-Key', message }] })
  }
  const { pathname, search } = new URL(request.url)
  const text = `${request.method} ${pathname}${search}\n${Buffer.from(body).toString('base64')}`
  // Strangers share no keys with others than those behind the same address.
  const owner = who.actor.kind === 'anonymous' ? `anonymous:${who.address ?? ''}` : actorId(who.actor)
  return {
    owner,
    key,
    hash: app.secrets.sign(PURPOSE, text),
    isSame: (hash) => app.secrets.verify(PURPOSE, text, hash),
  }
}

/**
 * Does the work of a key once and gives its first answer to every retry. Only answers of work that was done are kept, for
 * a day and sealed; a refusal changed nothing, so its key is free again. Throws `idempotency_key_reused` for another
 * request under a known key, `idempotency_key_in_use` while the first one runs. When the process dies in between, the
 * work may run again after ten seconds: commands that must not are told the key and keep it with what they did.
 */
export async function onceForKey(
  app: App,
  attempt: Attempt,
  work: () => Promise<KeptAnswer>,
): Promise<{ answer: KeptAnswer; replayed: boolean }> {
  const kept = await claim(app, attempt)
  if (kept) return { answer: kept, replayed: true }
  const renewing = setInterval(() => void renew(app, attempt), RENEW_MS)
  let answer: KeptAnswer
  try {
    answer = await work()
  } catch (error) {
    await release(app, attempt)
    throw error
  } finally {
    clearInterval(renewing)
  }
  await keep(app, attempt, answer)
  return { answer, replayed: false }
}

const place = ({ owner, key }: Pick<Attempt, 'owner' | 'key'>): string => `idempotency_keys.answer:${owner}:${key}`

/** The answers that are kept. */
export const sealedAnswers: SealedColumn = {
  table: 'idempotency_keys',
  column: 'answer',
  key: ['actor_id', 'key'],
  place: ([owner, key]) => place({ owner: owner!, key: key! }),
  json: true,
}

/** Takes the key for this request; gives the answer when it has one already. One statement decides between two at once. */
async function claim(app: App, attempt: Attempt): Promise<KeptAnswer | undefined> {
  const { owner, key, hash } = attempt
  const { rows: taken } = await sql`
    insert into idempotency_keys as k (actor_id, key, request_hash, created_at)
    values (${owner}, ${key}, ${hash}, clock_timestamp())
    on conflict (actor_id, key) do update set request_hash = excluded.request_hash, status = null, answer = null,
      created_at = excluded.created_at
    where k.created_at < clock_timestamp() - make_interval(hours => ${KEPT_HOURS})
      or (k.status is null and k.request_hash = excluded.request_hash
        and k.created_at < clock_timestamp() - make_interval(secs => ${CLAIM_SECONDS}))
    returning 1`.execute(app.db)
  if (taken.length > 0) return undefined
  const row = await app.db
    .selectFrom('idempotencyKeys')
    .select(['requestHash', 'answer'])
    .where('actorId', '=', owner)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row && !attempt.isSame(row.requestHash))
    throw new Problem(
      'invalid',
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request. Use a new key for a new request.',
      { issues: [{ path: 'Idempotency-Key', message: 'Use a new key for a new request.' }] },
    )
  if (!row || row.answer === null)
    throw new Problem('conflict', 'idempotency_key_in_use', 'The same request is being worked on. Ask again shortly.', {
      retryAfterSeconds: 1,
    })
  return JSON.parse(app.secrets.open(row.answer as string, place(attempt))) as KeptAnswer
}

async function renew(app: App, { owner, key, hash }: Attempt): Promise<void> {
  try {
    await sql`update idempotency_keys set created_at = clock_timestamp()
      where actor_id = ${owner} and key = ${key} and request_hash = ${hash} and status is null`.execute(app.db)
  } catch (error) {
    app.log.warn({ err: error, key: 'idempotency' }, 'key not renewed')
  }
}

async function keep(app: App, attempt: Attempt, answer: KeptAnswer): Promise<void> {
  const sealed = app.secrets.seal(JSON.stringify(answer), place(attempt))
  try {
    await sql`update idempotency_keys set status = ${answer.status}, answer = ${JSON.stringify(sealed)}
      where actor_id = ${attempt.owner} and key = ${attempt.key} and request_hash = ${attempt.hash}`.execute(app.db)
  } catch (error) {
    // The work is done and the answer must go out; a retry within ten seconds is told to wait.
    app.log.warn({ err: error, key: 'idempotency' }, 'answer not kept')
  }
}

async function release(app: App, attempt: Attempt): Promise<void> {
  try {
    await sql`delete from idempotency_keys where actor_id = ${attempt.owner} and key = ${attempt.key}
      and request_hash = ${attempt.hash} and status is null`.execute(app.db)
  } catch (error) {
    app.log.warn({ err: error, key: 'idempotency' }, 'key not released')
  }
}
