import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { system } from '#platform/actor.ts'
import type { Schema } from '#platform/schema.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { checkEventChain, sealEvents } from './event-chain.ts'

const app = await createTestApp()
after(() => app.close())
const database = app.database

const happen = (name: string): Promise<void> =>
  app.transaction(system('test'), (tx) => tx.emit(name, 'thing', { before: { a: 1 }, after: { a: 2 } }))
const wrongIn = async (db: Kysely<Schema> = app.db): Promise<string[]> =>
  (await checkEventChain({ database: { ...database, db } })).map(({ message }) => message)

/** Seals until so many are sealed: whoever works beside us on the same server may hold sealing up for a moment. */
async function sealAll(wanted: number): Promise<Awaited<ReturnType<typeof sealEvents>>> {
  const deadline = performance.now() + 20_000
  let sealed = 0
  for (;;) {
    const done = await sealEvents(database)
    sealed += done.sealed
    if (sealed >= wanted || performance.now() > deadline) return { ...done, sealed }
    await pause(50)
  }
}

test('events are sealed in the order in which they were committed, and sealing twice finds nothing to do', async () => {
  for (let each = 0; each < 25; each += 1) await happen('test.happened')
  const first = await sealAll(25)
  assert.ok(first.sealed >= 25)
  assert.match(first.head ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual(await sealEvents(database), { sealed: 0, head: first.head })
  assert.deepEqual(await wrongIn(), [])
})

test('an event that commits late is sealed later, and none is left out', async () => {
  const open = await app.db.startTransaction().execute()
  await sql`insert into events (id, name, subject_id, actor_kind, actor_id, created_at)
    values ('evt_late', 'test.late', 'thing', 'system', 'test', now())`.execute(open)
  await happen('test.meanwhile')
  const before = await sealEvents(database)
  assert.equal(before.sealed, 0, 'nothing may be sealed before what began earlier')
  await open.commit().execute()
  assert.equal((await sealAll(2)).sealed, 2)
  assert.deepEqual(await wrongIn(), [])
})

test('two who seal at one time make one chain', async () => {
  for (let each = 0; each < 10; each += 1) await happen('test.happened')
  const done = await Promise.all([sealEvents(database), sealEvents(database), sealEvents(database)])
  const before = done.reduce((sum, { sealed }) => sum + sealed, 0)
  assert.equal(before + (before < 10 ? (await sealAll(10 - before)).sealed : 0), 10)
  assert.deepEqual(await wrongIn(), [])
})

test('whoever owns the database can change nothing without its being seen', async () => {
  const { rows } = await sql<{ id: string; sequence: string }>`
    select e.id, e.sequence::text from events e join event_seals s on s.event_sequence = e.sequence order by s.position`.execute(
    app.db,
  )
  const victim = rows[5]!
  const tampering: [string, RegExp, ReturnType<typeof sql>][] = [
    ['another name', /was changed/, sql`update events set name = 'test.other' where id = ${victim.id}`],
    ['another author', /was changed/, sql`update events set actor_id = 'somebody' where id = ${victim.id}`],
    [
      'another time',
      /was changed/,
      sql`update events set created_at = created_at - interval '1 second' where id = ${victim.id}`,
    ],
    ['another story', /tells something else/, sql`update events set after = '{"a":3}' where id = ${victim.id}`],
    ['no story', /tells something else/, sql`update events set before = null where id = ${victim.id}`],
    ['another address', /tells something else/, sql`update events set address = '203.0.113.7' where id = ${victim.id}`],
    ['removed', /was removed/, sql`delete from events where id = ${victim.id}`],
    [
      'removed with its seal',
      /follows on seals that were removed/,
      sql`with gone as (delete from events where id = ${victim.id} returning sequence)
        delete from event_seals where event_sequence in (select sequence from gone)`,
    ],
    [
      'put in behind',
      /was put into the log behind its end/,
      sql`insert into events (id, sequence, transaction, name, subject_id, actor_kind, actor_id, created_at)
        overriding system value values ('evt_forged', 9000000, '1'::xid8, 'test.forged', 'thing', 'system', 'test', now())`,
    ],
    [
      'blotted out without a word',
      /no event says why/,
      sql`update event_seals set blotted_by = 'evt_nobody' where event_sequence = ${victim.sequence}::bigint`,
    ],
  ]
  for (const [name, expected, statement] of tampering) {
    const broken = await app.db.startTransaction().execute()
    try {
      for (const table of ['events', 'event_seals'])
        await sql`alter table ${sql.table(table)} disable trigger user`.execute(broken)
      await statement.execute(broken)
      const found = await wrongIn(broken)
      assert.ok(
        found.some((message) => expected.test(message)),
        `${name}: ${found.join()}`,
      )
    } finally {
      await broken.rollback().execute()
    }
  }
  assert.deepEqual(await wrongIn(), [])
})

test('two events that changed places are found, both of them', async () => {
  const broken = await app.db.startTransaction().execute()
  try {
    await sql`alter table event_seals disable trigger user`.execute(broken)
    await sql`update event_seals set event_sequence = -event_sequence where position in (3, 4)`.execute(broken)
    await sql`
      update event_seals s set event_sequence = -o.event_sequence from event_seals o
      where s.position in (3, 4) and o.position = 7 - s.position`.execute(broken)
    assert.equal((await wrongIn(broken)).filter((message) => /stands in another place/.test(message)).length, 2)
  } finally {
    await broken.rollback().execute()
  }
})

test('nobody changes or removes a fact or a seal by mistake', async () => {
  for (const statement of [
    sql`update events set after = null where id = 'evt_late'`,
    sql`delete from events where id = 'evt_late'`,
    sql`update event_seals set blotted_by = 'x'`,
    sql`delete from event_seals`,
  ])
    await assert.rejects(statement.execute(app.db), /append-only/)
})
