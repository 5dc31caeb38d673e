import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { buildCustomer, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createEventFeed, type EventFeed, type FedEvent } from './event-feed.ts'

const app = await createTestApp()
after(() => app.close())

const tell = (subjectId: string) => app.transaction(tester, (tx) => tx.emit('test.told', subjectId))

/** Listens from now on, on a feed that is up: it has already told of one event. */
async function listen(filter: Parameters<EventFeed['follow']>[0] = {}, feed = app.events) {
  const heard: FedEvent[] = []
  const stop = feed.follow(filter, (event) => heard.push(event))
  const subjects = (): string[] => heard.map((event) => event.subjectId)
  const until = async (subjectId: string): Promise<void> => {
    for (let tries = 0; !subjects().includes(subjectId); tries += 1) {
      assert.ok(tries < 300, `${subjectId} was not heard`)
      await pause(10)
    }
  }
  await pause(50)
  return { heard, subjects, stop, until }
}

test('who listens hears what happens, in order and once', async () => {
  const { subjects, stop, until } = await listen()
  for (const subject of ['a', 'b', 'c']) await tell(subject)
  await until('c')
  await pause(300)
  assert.deepEqual(subjects(), ['a', 'b', 'c'])
  stop()
  await tell('after')
  await pause(300)
  assert.ok(!subjects().includes('after'))
})

test('a customer hears their own events only', async () => {
  const [ada, bob] = [await buildCustomer(app), await buildCustomer(app)]
  const { subjects, stop, until } = await listen({ customerId: ada.customer.id })
  await app.transaction(bob.actor, (tx) => tx.emit('test.told', 'of bob'))
  await app.transaction(ada.actor, (tx) => tx.emit('test.told', 'of ada'))
  await tell('of nobody')
  await until('of ada')
  assert.deepEqual(subjects(), ['of ada'])
  stop()
})

test('an event that commits late is not passed by, and everybody hears the same order', async () => {
  const [first, second] = [await listen(), await listen()]
  const open = Promise.withResolvers<void>()
  const slow = app.transaction(tester, async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx.db)
    await tx.emit('test.told', 'began first')
    await open.promise
  })
  await pause(30)
  await tell('began second')
  await pause(300)
  open.resolve()
  await slow
  await first.until('began second')
  await second.until('began second')
  assert.deepEqual(first.subjects(), ['began first', 'began second'])
  assert.deepEqual(second.subjects(), first.subjects())
  first.stop()
  second.stop()
})

test('many commits at the same time are heard by all, each once', async () => {
  const { subjects, stop, until } = await listen()
  const all = Array.from({ length: 60 }, (_each, index) => `crowd ${index}`)
  await Promise.all(all.map(tell))
  for (const subject of all) await until(subject)
  assert.equal(subjects().length, 60)
  stop()
})

test('who comes back after a break hears what was missed and goes on without a gap, while more happens', async () => {
  const before = await listen()
  await tell('last heard')
  await before.until('last heard')
  const { cursor } = before.heard.at(-1)!
  before.stop()
  await tell('missed')
  const busy = (async () => {
    for (let index = 0; index < 40; index += 1) await tell(`busy ${index}`)
  })()
  const back = await listen({ cursor })
  await busy
  await back.until('busy 39')
  assert.deepEqual(back.subjects(), ['missed', ...Array.from({ length: 40 }, (_each, index) => `busy ${index}`)])
  back.stop()
})

test('however long the break was, nothing is left out; also for staff, who hear everybody', async () => {
  const before = await listen()
  await tell('long ago')
  await before.until('long ago')
  before.stop()
  const { customer } = await buildCustomer(app)
  const { cursor } = before.heard.at(-1)!
  await sql`insert into events (id, name, subject_id, customer_id, actor_kind, actor_id, created_at)
    select 'evt_many' || n, 'test.told', 'many ' || n, ${customer.id}, 'system', 'test', now() from generate_series(1, 1200) n`.execute(
    app.db,
  )
  for (const filter of [{ cursor }, { cursor, customerId: customer.id }]) {
    const back = await listen(filter)
    await back.until('many 1200')
    assert.equal(back.heard.length, 1_200)
    back.stop()
  }
})

test('a made-up cursor is as good as none', async () => {
  const { subjects, stop, until } = await listen({ cursor: "1-1'; drop table events" })
  await tell('still here')
  await until('still here')
  assert.equal(subjects().at(-1), 'still here')
  stop()
})

test('nobody asks the database while nobody listens, and a closed feed stays silent', async () => {
  let asked = 0
  const db = new Proxy(app.database, {
    get: (database, name: keyof typeof app.database) => {
      if (name === 'db') asked += 1
      return database[name]
    },
  })
  const feed = createEventFeed(db, app.log)
  const { stop, heard } = await listen({}, feed)
  stop()
  await pause(300)
  const then = asked
  await pause(600)
  assert.equal(asked, then)
  const again = await listen({}, feed)
  feed.close()
  await tell('unheard')
  await pause(300)
  assert.deepEqual([heard, again.heard], [[], []])
})
