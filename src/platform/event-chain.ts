import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Db } from '#platform/database.ts'
import type { Finding } from '#platform/invariant.ts'

const PAGE = 1_000
const START = Buffer.alloc(32)
/** So long may the newest facts wait for their seal. */
const UNSEALED_HOURS = 1

/** An event as the chain sees it, each part as PostgreSQL writes it. */
type Fact = { parts: (string | null)[]; before: string | null; after: string | null; address: string | null }

const FACT = sql`array[e.id, e.sequence::text, e.name, e.subject_id, e.customer_id, e.actor_kind, e.actor_id, e.request_id,
  to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')] as parts, e.before::text, e.after::text, e.address`

const digestOf = ({ before, after, address }: Fact): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([before, after, address]))
    .digest()

const hashOf = (previous: Buffer, { parts }: Fact, contentDigest: Buffer): Buffer =>
  createHash('sha256').update(previous).update(JSON.stringify(parts)).update(contentDigest).digest()

/**
 * Seals the events that came since, in the order in which they were committed, each with the hash of the one before it, up to
 * the oldest open transaction, so that none comes in behind. Gives how many, and the head of the chain.
 */
export async function sealEvents({ db }: Pick<Database, 'db'>): Promise<{ sealed: number; head: string | undefined }> {
  let sealed = 0
  let head: string | undefined
  for (;;) {
    const batch = await db.transaction().execute(sealPage)
    sealed += batch.count
    head = batch.head ?? head
    if (batch.count < PAGE) return { sealed, head }
  }
}

async function sealPage(db: Db): Promise<{ count: number; head: string | undefined }> {
  // One sealer at a time.
  await sql`select pg_advisory_xact_lock(hashtext('event_seals'))`.execute(db)
  const last = (
    await sql<{ position: string; hash: Buffer; transaction: string; sequence: string }>`
      select s.position::text, s.hash, e.transaction::text, e.sequence::text from event_seals s
      join events e on e.sequence = s.event_sequence order by s.position desc limit 1`.execute(db)
  ).rows[0]
  const { rows } = await sql<Fact & { sequence: string }>`
    select ${FACT}, e.sequence::text as sequence from events e
    where (e.transaction, e.sequence) > (${last?.transaction ?? '0'}::xid8, ${last?.sequence ?? '0'}::bigint)
      and e.transaction < pg_snapshot_xmin(pg_current_snapshot())
    order by e.transaction, e.sequence limit ${PAGE}`.execute(db)
  if (rows.length === 0) return { count: 0, head: last?.hash.toString('hex') }
  let previous = last?.hash ?? START
  const digests = rows.map(digestOf)
  const hashes = rows.map((row, index) => (previous = hashOf(previous, row, digests[index]!)))
  const first = BigInt(last?.position ?? 0) + 1n
  await sql`
    insert into event_seals (position, event_sequence, content_digest, hash)
    select * from unnest(${rows.map((_row, index) => String(first + BigInt(index)))}::bigint[],
      ${rows.map(({ sequence }) => sequence)}::bigint[], ${digests}::bytea[], ${hashes}::bytea[])`.execute(db)
  return { count: rows.length, head: previous.toString('hex') }
}

type Link = Fact & {
  position: string
  eventSequence: string
  contentDigest: Buffer
  hash: Buffer
  blottedBy: string | null
  blotted: boolean
}

/**
 * I30: the log says what it said: no event was changed, removed, put in or put elsewhere since it was sealed, and what was
 * blotted out was so by an event of the log. A page at a time. Cutting the end off shows by the heads the worker wrote to its
 * log.
 */
export async function checkEventChain({ database }: { database: Database }): Promise<Finding[]> {
  const { db } = database
  const findings: Finding[] = []
  let previous: Buffer = START
  let position = 0n
  for (;;) {
    const { rows } = await sql<Link>`
      select s.position::text, s.event_sequence::text, s.content_digest, s.hash, s.blotted_by,
        exists (select from events b where b.id = s.blotted_by and b.sequence > s.event_sequence) as blotted, ${FACT}
      from event_seals s left join events e on e.sequence = s.event_sequence
      where s.position > ${String(position)}::bigint order by s.position limit ${PAGE}`.execute(db)
    for (const link of rows) {
      const wrong = wrongWith(link, previous, position)
      if (wrong !== undefined) findings.push(finding(link.parts[0] ?? link.eventSequence, wrong))
      previous = link.hash
      position = BigInt(link.position)
    }
    if (rows.length < PAGE) break
  }
  findings.push(...(await findUnsealed(db)))
  return findings
}

function wrongWith(link: Link, previous: Buffer, position: bigint): string | undefined {
  if (BigInt(link.position) !== position + 1n) return 'follows on seals that were removed'
  if (link.parts[0] === null) return 'was removed'
  if (!hashOf(previous, link, link.contentDigest).equals(link.hash)) return 'was changed, or stands in another place'
  if (link.blottedBy !== null) return link.blotted ? undefined : 'was blotted out, and no event says why'
  return digestOf(link).equals(link.contentDigest) ? undefined : 'tells something else than when it was sealed'
}

/** What stands behind the end of the chain and is in none of it, and what nobody seals. */
async function findUnsealed(db: Db): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; wrong: string }>`
    with last as (
      select e.transaction, e.sequence, s.sealed_at from event_seals s join events e on e.sequence = s.event_sequence
      order by s.position desc limit 1)
    (select e.id, 'was put into the log behind its end' as wrong from events e, last
     where (e.transaction, e.sequence) <= (last.transaction, last.sequence)
       and not exists (select from event_seals s where s.event_sequence = e.sequence) limit 100)
    union all
    (select e.id, 'waits for its seal' from events e left join last on true
     where (last.sequence is null or (e.transaction, e.sequence) > (last.transaction, last.sequence))
       and greatest(last.sealed_at, pg_postmaster_start_time()) < clock_timestamp() - make_interval(hours => ${UNSEALED_HOURS})
     order by e.transaction, e.sequence limit 1)`.execute(db)
  return rows.map(({ id, wrong }) => finding(id, wrong))
}

const finding = (subjectId: string, wrong: string): Finding => ({
  invariant: 'I30',
  subjectId,
  message: `The event ${subjectId} ${wrong}.`,
})
