import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { retryProcedure } from '#modules/provisioning/retry-procedure.ts'
import { buildCustomer, tester } from '#test/support/builders.ts'
import { driveProcedure } from '#test/support/procedure-tests.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { procedureRunner } from './advance-procedure.ts'
import { newId } from './ids.ts'
import { Problem } from './problem.ts'
import { type AnyProcedure, type Procedure, startProcedure, type Step, wait } from './procedure.ts'
import { staffAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())
const { customer } = await buildCustomer(app)

type Memory = { wall?: string; roof?: string; door?: string }
type HouseStep = Step<object, Memory>
const unavailable = () => new Problem('unavailable', 'crane_busy', 'The crane is busy.')
const final = () => new Problem('conflict', 'no_ground', 'There is no ground to build on.')

const listed = ({ wall, roof, door }: Memory): string => [wall, roof, door].filter(Boolean).join('+')

/** A house of three steps, each told in `told`; `changes` replaces what one of them does. */
async function buildHouse(changes: Record<string, Partial<HouseStep>> = {}) {
  const told: string[] = []
  const step = (name: keyof Memory): HouseStep => ({
    name,
    do: async ({ memory }) => {
      told.push(`${name} on ${listed(memory) || 'nothing'}`)
      return { [name]: name }
    },
    undo: async () => void told.push(`no ${name}`),
    ...changes[name],
  })
  const definition: Procedure<object, Memory> = {
    name: 'test.house',
    input: z.object({}),
    steps: [step('wall'), step('roof'), step('door')],
    onCompleted: async (tx, { subjectId, memory }) => {
      told.push(`built with ${listed(memory)}`)
      await tx.emit('house.built', subjectId)
    },
    onCompensated: async (_tx, { code, error }) => void told.push(`gave up: ${code}: ${error}`),
  }
  const subjectId = newId('svc')
  const id = await app.transaction(tester, (tx) =>
    startProcedure(tx, definition, { subjectId, customerId: customer.id, input: {} }),
  )
  const house = definition as AnyProcedure
  return {
    id,
    told,
    subjectId,
    /** One worker takes it as far as it goes now. */
    advance: (signal = new AbortController().signal) => procedureRunner([house])(app, id, signal),
    drive: () => driveProcedure(app, house, id),
    row: () => app.db.selectFrom('procedures').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    steps: () =>
      app.db.selectFrom('procedureSteps').selectAll().where('procedureId', '=', id).orderBy('position').execute(),
  }
}

const loseLease = (id: string) =>
  sql`update procedures set lease_until = clock_timestamp() - interval '1 second' where id = ${id}`.execute(app.db)
const outOfPatience = (id: string) =>
  sql`update procedure_steps set started_at = started_at - interval '1 hour' where procedure_id = ${id}`.execute(app.db)

test('steps are done in order, each knowing what those before it remembered, and the end is told once', async () => {
  const house = await buildHouse()
  assert.equal(await house.drive(), 'completed')
  await house.advance()
  assert.deepEqual(house.told, ['wall on nothing', 'roof on wall', 'door on wall+roof', 'built with wall+roof+door'])
  assert.ok((await house.row()).finishedAt)
})

test('a step that has to wait gives the worker back and comes again by itself; another worker goes on there', async () => {
  let dry = false
  const house = await buildHouse({ roof: { do: async () => (dry ? { roof: 'dry' } : wait(30, 'The wall is drying')) } })
  await house.advance()
  const waiting = (await house.steps()).at(-1)
  assert.deepEqual([waiting?.name, waiting?.state, waiting?.note], ['roof', 'waiting', 'The wall is drying'])
  const { rows } = await sql<{ seconds: number }>`select round(extract(epoch from start_after - now()))::int as seconds
    from queue.job where data->'payload'->>'procedureId' = ${house.id} order by created_on desc limit 1`.execute(app.db)
  assert.ok(Math.abs(rows[0]!.seconds - 30) <= 1, `comes again in ${rows[0]?.seconds} s`)
  assert.equal((await house.row()).leaseOwner, null)
  dry = true
  assert.equal(await house.drive(), 'completed')
  assert.deepEqual(house.told, ['wall on nothing', 'door on wall+dry', 'built with wall+dry+door'])
})

test('what is away for a moment is asked again, after the pause it asked for', async () => {
  let tries = 0
  const house = await buildHouse({
    roof: {
      do: async () => {
        tries += 1
        if (tries === 1) throw new Problem('unavailable', 'crane_busy', 'The crane is busy.', { retryAfterSeconds: 7 })
        if (tries < 6) throw unavailable()
        return {}
      },
    },
  })
  await house.advance()
  const { wakeAt } = await house.row()
  const inSeconds = Math.round((wakeAt.epochMilliseconds - Date.now()) / 1_000)
  assert.ok(inSeconds >= 6 && inSeconds <= 7, `${inSeconds} s`)
  assert.equal((await house.steps()).at(-1)?.error, 'The crane is busy.')
  assert.equal(await house.drive(), 'completed')
  assert.equal(tries, 6)
  assert.equal((await house.steps())[1]?.error, null, 'what went well in the end shows no error')
})

test('a final error undoes what was begun, the failed step included, in reverse', async () => {
  const house = await buildHouse({
    roof: {
      do: async () => {
        throw final()
      },
    },
  })
  assert.equal(await house.drive(), 'compensated')
  assert.deepEqual(house.told, [
    'wall on nothing',
    'no roof',
    'no wall',
    'gave up: no_ground: There is no ground to build on.',
  ])
  assert.deepEqual(
    (await house.steps()).map(({ state }) => state),
    ['undone', 'undone'],
  )
})

test('a surprise is tried three times before everything is undone', async () => {
  let tries = 0
  const house = await buildHouse({
    wall: {
      do: async () => {
        tries += 1
        throw new TypeError('undefined is not a function')
      },
    },
  })
  assert.equal(await house.drive(), 'compensated')
  assert.equal(tries, 3)
  assert.deepEqual(house.told, ['no wall', 'gave up: unexpected: undefined is not a function'])
})

test('patience ends: what waits or is away for too long is given up and undone', async () => {
  const doings: HouseStep['do'][] = [
    async () => wait(1, 'still drying'),
    async () => {
      throw unavailable()
    },
  ]
  for (const doing of doings) {
    const house = await buildHouse({ roof: { do: doing } })
    await house.advance()
    await outOfPatience(house.id)
    assert.equal(await house.drive(), 'compensated')
    assert.match(house.told.at(-1)!, /gave_up: Gave up waiting: still drying|crane_busy: The crane is busy/)
  }
})

test('an undo that cannot be done is tried with patience, then stands still for staff, who set it going again', async () => {
  let stands = true
  const house = await buildHouse({
    wall: {
      undo: async () => {
        if (stands) throw new Error('The wall does not fall')
        house.told.push('no wall')
      },
    },
    door: {
      do: async () => {
        throw final()
      },
    },
  })
  for (let round = 0; round < 3; round += 1) await house.advance()
  assert.equal((await house.row()).state, 'compensating')
  await outOfPatience(house.id)
  assert.equal(await house.drive(), 'stuck')
  const stuck = await app.db
    .selectFrom('events')
    .select('after')
    .where('subjectId', '=', house.id)
    .where('name', '=', 'procedure.stuck')
    .execute()
  assert.deepEqual(stuck, [{ after: { step: 'wall', error: 'The wall does not fall' } }])
  await house.advance()
  assert.equal((await house.row()).state, 'stuck', 'nobody but staff goes on')

  stands = false
  await retryProcedure(app, staffAs('operations', 'usr_1'), { procedureId: house.id })
  assert.equal(await house.drive(), 'compensated')
  assert.deepEqual(house.told.slice(2), [
    'no door',
    'no roof',
    'no wall',
    'gave up: no_ground: There is no ground to build on.',
  ])
})

test('two workers never run one procedure at once: the second is sent away, and the first keeps its hold', async () => {
  const gate = Promise.withResolvers<void>()
  let entered = 0
  const house = await buildHouse({
    wall: {
      do: async () => {
        entered += 1
        await gate.promise
      },
    },
  })
  const first = house.advance()
  while (entered === 0) await pause(5)
  await assert.rejects(house.advance(), /worked by another worker/)
  // A hold lasts eight seconds; whoever works renews it long before.
  await loseLease(house.id)
  const held = async () =>
    (
      await sql<{
        held: boolean
      }>`select lease_until > clock_timestamp() as held from procedures where id = ${house.id}`.execute(app.db)
    ).rows[0]!.held
  for (let tries = 0; !(await held()); tries += 1) {
    assert.ok(tries < 70, 'the hold was not renewed')
    await pause(50)
  }
  gate.resolve()
  await first
  assert.equal(entered, 1)
  assert.equal((await house.row()).state, 'completed')
})

test('when its worker died, another goes on at the step under way; the dead one cannot write any more', async () => {
  const gate = Promise.withResolvers<void>()
  let entered = 0
  const house = await buildHouse({
    roof: {
      do: async () => {
        entered += 1
        if (entered === 1) await gate.promise
        return { roof: `roof ${entered}` }
      },
    },
  })
  const dead = house.advance()
  while (entered === 0) await pause(5)
  await loseLease(house.id)
  assert.equal(await house.drive(), 'completed')
  gate.resolve()
  await assert.rejects(dead, /taken over by another worker/)
  assert.deepEqual(house.told, ['wall on nothing', 'door on wall+roof 2', 'built with wall+roof 2+door'])
  const built = await app.db
    .selectFrom('events')
    .select('id')
    .where('name', '=', 'house.built')
    .where('subjectId', '=', house.subjectId)
    .execute()
  assert.equal(built.length, 1)
})

test('a worker that is told to stop ends the step it is at and leaves the rest to others at once', async () => {
  const stopping = new AbortController()
  const house = await buildHouse({ roof: { do: async () => stopping.abort() } })
  await assert.rejects(house.advance(stopping.signal), /worker is stopping/)
  assert.deepEqual(
    (await house.steps()).map(({ state }) => state),
    ['done', 'done'],
  )
  assert.equal(await house.drive(), 'completed')
})

test('a procedure this release does not know is left for one that does', async () => {
  const house = await buildHouse()
  await assert.rejects(procedureRunner([])(app, house.id, new AbortController().signal), /no procedure test.house/)
  assert.equal(await house.drive(), 'completed')
})
