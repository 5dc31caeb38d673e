import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { testServer } from '#test/support/test-server.ts'
import { openDatabase } from './database.ts'
import { ensureDatabase } from './embedded-postgres.ts'
import { isMigrated, migrate } from './migrate.ts'

const { server } = await testServer()
const name = `test_${randomUUID().replaceAll('-', '')}`
const database = openDatabase(await ensureDatabase(server, name), () => undefined, 6)
after(async () => {
  await database.close()
  const admin = openDatabase(server.url('postgres'), () => undefined, 1)
  await sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin.db)
  await admin.close()
})

test('a database that knows nothing of us is not ready', async () => {
  assert.equal(await isMigrated(database), false)
})

test('several processes that start at once bring it up to date together, each step once', async () => {
  const applied = await Promise.all([migrate(database), migrate(database), migrate(database)])
  const steps = applied.flat()
  assert.ok(steps.length >= 7)
  assert.equal(new Set(steps).size, steps.length)
  assert.deepEqual(steps.toSorted(), steps, 'in their order')
  assert.equal(await isMigrated(database), true)
})

test('nothing is done to a database that is up to date', async () => {
  assert.deepEqual(await migrate(database), [])
})

test('a database of a newer release is refused by name and left alone', async () => {
  await sql`insert into migrations (name, timestamp) values ('9999-tomorrow', '2099')`.execute(database.db)
  assert.equal(await isMigrated(database), false)
  await assert.rejects(migrate(database), /made by a newer release \(it knows 9999-tomorrow\)/)
  await sql`delete from migrations where name = '9999-tomorrow'`.execute(database.db)
  assert.equal(await isMigrated(database), true)
})
