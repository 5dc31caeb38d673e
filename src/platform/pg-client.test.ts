import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createTestApp } from '#test/support/test-app.ts'
import { tester } from '#test/support/builders.ts'
import { PreparingClient } from './pg-client.ts'

const app = await createTestApp()
const client = new PreparingClient(app.database.url)
await client.connect()
after(async () => {
  await client.end()
  await app.close()
})

const prepared = async (): Promise<string[]> =>
  (await client.query<{ statement: string }>('select statement from pg_prepared_statements order by 1')).rows.map(
    ({ statement }) => statement,
  )

test('a statement that comes again keeps its plan; one that comes once does not', async () => {
  await client.query('select $1::int as once', [1])
  for (const value of [1, 2, 3]) {
    const { rows } = await client.query('select $1::int as again', [value])
    assert.deepEqual(rows, [{ again: value }])
  }
  assert.deepEqual(await prepared(), ['select $1::int as again'])
})

test('the pool itself may ask, too', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { rows } = await app.database.pool.query<{ n: number }>('select $1::int as n', [round])
    assert.deepEqual(rows, [{ n: round }])
    await assert.rejects(app.database.pool.query('select 1 / $1::int', [0]), { code: '22012' })
  }
})

test('statements without values, such as BEGIN, are never prepared', async () => {
  for (let round = 0; round < 3; round += 1) await client.query('select 42 as answer', [])
  assert.ok(!(await prepared()).includes('select 42 as answer'))
})

test('statements held back go with the next one, in their order, and keep their plans', async () => {
  await client.query('create temporary table held (n int primary key)')
  for (const n of [1, 2, 3]) {
    client.hold('begin', [])
    client.hold('insert into held values ($1)', [n])
    const { rows } = await client.query('select count(*)::int as count, max(n) from held where n <= $1', [n])
    assert.deepEqual(rows, [{ count: n, max: n }])
    assert.equal((await client.query('commit')).command, 'COMMIT')
  }
  assert.ok((await prepared()).includes('insert into held values ($1)'))
})

test('a held statement that fails takes with it all that travels with it', async () => {
  client.hold('begin', [])
  client.hold('insert into held values ($1)', [4])
  client.hold('insert into held values ($1)', [1])
  await assert.rejects(client.query('commit'), { code: '23505' })
  await client.query('rollback')
  // Statements first met after the failing one were never seen by the database; they must work the next time.
  for (let round = 0; round < 3; round += 1) {
    client.hold('select $1::int / 0', [1])
    await assert.rejects(client.query('select $1::int as later', [round]), { code: '22012' })
  }
  const { rows } = await client.query<{ later: number }>('select $1::int as later', [4])
  assert.deepEqual(rows, [{ later: 4 }])
  assert.deepEqual((await client.query('select n from held order by n')).rows, [{ n: 1 }, { n: 2 }, { n: 3 }])
})

test('a held statement with a value that cannot be sent is never half done', async () => {
  const { database } = app
  const endless: { self?: object } = {}
  endless.self = endless
  const given = app.transaction(tester, (tx) => {
    tx.along(tx.db.insertInto('rateLimits').values({ key: 'half', count: 1, resetsAt: tx.now }))
    tx.along({ compile: () => ({ ...sql`select ${endless}::jsonb`.compile(tx.db) }) })
    return Promise.resolve()
  })
  await assert.rejects(given, /circular/)
  assert.deepEqual(await database.db.selectFrom('rateLimits').select('key').where('key', '=', 'half').execute(), [])
})

test('however many different statements come, only so many plans are kept and all get their answer', async () => {
  for (let round = 0; round < 3; round += 1)
    for (let index = 0; index < 450; index += 1) {
      const { rows } = await client.query(`select $1::int as c${index}`, [index])
      assert.equal(rows[0]?.[`c${index}`], index)
    }
  const kept = (await prepared()).length
  assert.ok(kept > 300 && kept <= 400, `${kept} kept`)
})

test('statements sent without waiting are answered in their order, and a failing one fails alone', async () => {
  const answers = await Promise.allSettled([
    client.query('select $1::int as n', [1]),
    client.query('select $1::int / 0 as n', [2]),
    client.query('select $1::int as n', [3]),
    client.query('select no_such_column'),
    client.query('select $1::int as n', [4]),
  ])
  assert.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows[0].n : answer.reason.code)),
    [1, '22012', 3, '42703', 4],
  )
})

test('a statement whose first run failed can be prepared and run later', async () => {
  const text = 'select 10 / $1::int as part'
  await assert.rejects(client.query(text, [0]), { code: '22012' })
  await assert.rejects(client.query(text, [0]), { code: '22012' })
  assert.equal((await client.query(text, [5])).rows[0]?.part, 2)
})

test('a transaction whose connection is lost is refused whole, and the next one gets another connection', async () => {
  const { database } = app
  const insert = (key: string) =>
    database.db.insertInto('rateLimits').values({ key, count: 1, resetsAt: app.clock.now() }).compile()
  const session = await database.begin()
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(session.db)
  await client.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  session.along(insert('lost'))
  await assert.rejects(session.commit())
  await session.rollback()
  await app.transaction(tester, (tx) => Promise.resolve(tx.along({ compile: () => insert('kept') })))
  const kept = await app.db.selectFrom('rateLimits').select('key').where('key', 'in', ['lost', 'kept']).execute()
  assert.deepEqual(kept, [{ key: 'kept' }])
})

test('nothing is written by a transaction that could not even begin', async () => {
  const { database } = app
  // Connections of the pool are idle now; they break before anybody notices.
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'ez' and datname = current_database()`,
  )
  const write = (key: string) =>
    app.transaction(tester, async (tx) => {
      await tx.db.insertInto('rateLimits').values({ key, count: 1, resetsAt: tx.now }).execute()
      throw new Error('refused')
    })
  const outcomes = Promise.allSettled(rows.map(({ pid }, index) => (index === 0 ? write('one') : write(`more ${pid}`))))
  await client.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [rows.map(({ pid }) => pid)])
  assert.ok((await outcomes).every((outcome) => outcome.status === 'rejected'))
  // The pool may hand out another broken connection before it notices; sooner or later one works.
  for (let tries = 0, message = ''; message !== 'refused'; tries += 1) {
    assert.ok(tries < 20, message)
    message = await write('again').then(String, (error: Error) => error.message)
  }
  const left = await database.db.selectFrom('rateLimits').select('key').where('key', '!=', 'kept').execute()
  assert.deepEqual(left, [])
})
