import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Actor } from '#platform/actor.ts'
import { system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createStaff } from './create-staff.ts'
import { type EventFilter, listEvents } from './list-events.ts'
import { staffAs, memberAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const staff = await createStaff(app, system('test'), {
  email: 'sam@example.com',
  name: 'Sam',
  role: 'admin',
  password: 'four random words here',
  locale: 'en',
})
const sam: Actor = staffAs('admin', staff.id)
const support: Actor = staffAs('support', 'usr_support')

await app.transaction(sam, async (tx) => {
  await tx.emit('thing.made', 'thing_1', { customerId: 'cus_1', after: { size: 1 } })
  await tx.emit('thing.grown', 'thing_1', { customerId: 'cus_1', before: { size: 1 }, after: { size: 2 } })
})
await app.transaction(system('night watch'), (tx) => tx.emit('thing.seen', 'thing_2', { customerId: 'cus_2' }))

const names = async (filter: Partial<EventFilter>): Promise<string[]> =>
  (await listEvents(app, support, { limit: 10, ...filter })).rows.map(({ name, subjectId }) => `${name} ${subjectId}`)

test('the log is read newest first and says who did what by name', async () => {
  const { rows } = await listEvents(app, support, { limit: 3 })
  assert.deepEqual(
    rows.map(({ name, actorName, before, after: then }) => [name, actorName, before, then]),
    [
      ['thing.seen', null, null, null],
      ['thing.grown', 'Sam', { size: 1 }, { size: 2 }],
      ['thing.made', 'Sam', null, { size: 1 }],
    ],
  )
})

test('it is narrowed by what it was about, whose it was, which event it was and who did it', async () => {
  assert.deepEqual(await names({ subjectId: 'thing_2' }), ['thing.seen thing_2'])
  assert.deepEqual(await names({ subjectId: ['thing_1', 'thing_2'], except: ['thing.grown'] }), [
    'thing.seen thing_2',
    'thing.made thing_1',
  ])
  assert.deepEqual(await names({ customerId: 'cus_1', name: 'thing.made' }), ['thing.made thing_1'])
  assert.equal((await names({ name: 'thing' })).length, 3)
  assert.deepEqual(await names({ name: 'thin' }), [])
  assert.deepEqual(await names({ actor: 'night watch' }), ['thing.seen thing_2'])
  assert.deepEqual(await names({ actor: 'Sam@Example.com', name: 'thing.grown' }), ['thing.grown thing_1'])
  assert.deepEqual(await names({ actor: 'nobody@example.com' }), [])
})

test('page after page shows every event once, and a bent cursor shows the first page', async () => {
  const seen: string[] = []
  let next: string | undefined
  do {
    const page = await listEvents(app, support, { limit: 2, after: next })
    seen.push(...page.rows.map(({ id }) => id))
    next = page.next
  } while (next)
  const { count } = await app.db
    .selectFrom('events')
    .select((events) => events.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow()
  assert.equal(new Set(seen).size, seen.length)
  assert.equal(BigInt(seen.length), count)
  assert.equal((await names({ after: "1' or true" })).length, Math.min(10, seen.length))
})

test('customers and strangers do not read the log', async () => {
  const customer: Actor = memberAs('cus_1', 'usr_1')
  await assert.rejects(listEvents(app, customer, { limit: 1 }), { code: 'permission_denied' })
  await assert.rejects(listEvents(app, { kind: 'anonymous' }, { limit: 1 }), { code: 'sign_in_required' })
})
