import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { driveProcedure, failing } from '#test/support/procedure-tests.ts'
import { beginService, operations, ownerOf, settled, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { Problem } from '#platform/problem.ts'
import { createVps } from './create-vps.ts'
import { getProcedure, listProcedures } from './procedure-queries.ts'
import { retryProcedure } from './retry-procedure.ts'
import { wakeProcedures } from './wake-procedures.ts'
import { staffAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

/** Builds fail after the machine runs, and the host refuses to destroy it for longer than we are patient. */
async function buildStuck() {
  const { subjectId, procedureId, service } = await beginService(app)
  const destroy = async (): Promise<never> => {
    await sql`update procedure_steps set started_at = started_at - interval '1 hour' where procedure_id = ${procedureId}`.execute(
      app.db,
    )
    throw new Problem('unavailable', 'vps_host_unavailable', 'The storage is away.')
  }
  const vpsHost = { ...app.vpsHost, destroy }
  const state = await driveProcedure(app, failing(createVps, 'start machine', true), procedureId, { vpsHost })
  assert.equal(state, 'stuck')
  return { subjectId, procedureId, service }
}

test('an undo that the host keeps refusing is stuck on staff’s list, and goes on to its end when retried', async () => {
  const { subjectId, procedureId, service } = await buildStuck()
  const { rows } = await listProcedures(app, operations, { state: 'stuck', limit: 10 })
  assert.deepEqual(
    rows.map(({ id, hostname, customerName }) => [id, hostname, customerName]),
    [[procedureId, 'web-1', 'Ada']],
  )
  const { progress, log } = await getProcedure(app, operations, procedureId)
  assert.equal(progress.steps.find((step) => step.name === 'clone template')?.error, 'The storage is away.')
  assert.ok(log.length > 0)

  await assert.rejects(retryProcedure(app, ownerOf(service), { procedureId }), { code: 'permission_denied' })
  await retryProcedure(app, operations, { procedureId })
  assert.equal((await settled(app, subjectId)).state, 'failed')
  assert.equal((await getProcedure(app, operations, procedureId)).run.state, 'compensated')
  await assert.rejects(retryProcedure(app, operations, { procedureId }), { code: 'procedure_compensated' })
})

test('only staff who may read procedures see them, and an unknown one does not exist', async () => {
  const billing = staffAs('billing', 'usr_b')
  await assert.rejects(listProcedures(app, billing, { limit: 1 }), { code: 'permission_denied' })
  await assert.rejects(getProcedure(app, operations, 'prc_none'), { code: 'procedure_not_found' })
})

test('a procedure whose message was lost is woken and finishes', async () => {
  const { subjectId, procedureId } = await beginService(app)
  await sql`delete from queue.job where data->'payload'->>'procedureId' = ${procedureId}`.execute(app.db)
  await app.work()
  assert.equal((await getProcedure(app, tester, procedureId)).run.state, 'running')
  await sql`update procedures set wake_at = wake_at - interval '3 minutes' where id = ${procedureId}`.execute(app.db)
  await wakeProcedures.run(app, {}, new AbortController().signal)
  assert.equal((await settled(app, subjectId)).state, 'active')
})
