import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { buildCustomer, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { newId } from './ids.ts'
import { type Procedure, procedure, startProcedure, wait } from './procedure.ts'

const app = await createTestApp()
after(() => app.close())
const { customer } = await buildCustomer(app)

const paint: Procedure<{ colour: string }, object> = procedure({
  name: 'test.paint',
  input: z.object({ colour: z.string() }),
  steps: [{ name: 'paint', do: async () => wait(1, 'drying') }],
  onCompleted: async () => undefined,
  onCompensated: async () => undefined,
})
const start = (subjectId: string, input: object = { colour: 'red' }) =>
  app.transaction(tester, (tx) =>
    startProcedure(tx, paint, { subjectId, customerId: customer.id, input: input as never }),
  )

test('a procedure begins with the change that asks for it: its run, its fact and its job stand together or not at all', async () => {
  const subjectId = newId('svc')
  const id = await start(subjectId)
  const { rows } = await sql<{ jobs: number; events: number }>`select
    (select count(*)::int from queue.job where data->'payload'->>'procedureId' = ${id}) as jobs,
    (select count(*)::int from events where name = 'procedure.running' and subject_id = ${id}) as events`.execute(
    app.db,
  )
  assert.deepEqual(rows[0], { jobs: 1, events: 1 })

  const dropped = newId('svc')
  const given = app.transaction(tester, async (tx) => {
    await startProcedure(tx, paint, { subjectId: dropped, customerId: customer.id, input: { colour: 'blue' } })
    throw new Error('changed my mind')
  })
  await assert.rejects(given, /changed my mind/)
  assert.deepEqual(await app.db.selectFrom('procedures').select('id').where('subjectId', '=', dropped).execute(), [])
})

test('two procedures never work on one thing: of two that begin at once, one is refused', async () => {
  const subjectId = newId('svc')
  const outcomes = await Promise.allSettled([start(subjectId), start(subjectId)])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.deepEqual(
    refused.map(({ reason }) => reason.constraint),
    ['procedures_one_live'],
  )
})

test('what a procedure is told is checked before it begins', async () => {
  await assert.rejects(start(newId('svc'), { colour: 1 }), { name: 'ZodError' })
})

test('when a run goes on is told by the wall clock, though the business clock was moved', async () => {
  app.advance({ days: 40 })
  const id = await start(newId('svc'))
  const { rows } = await sql<{
    due: boolean
  }>`select wake_at <= clock_timestamp() as due from procedures where id = ${id}`.execute(app.db)
  assert.equal(rows[0]?.due, true)
})
