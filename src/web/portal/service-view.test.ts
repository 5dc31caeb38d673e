import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceAction } from '#modules/provisioning/list-service-actions.ts'
import type { ProcedureProgress, StepProgress } from '#modules/provisioning/procedure-queries.ts'
import { failedAction, workView } from './service-view.ts'

const at = Temporal.Instant.from('2026-11-23T10:00:00Z')

const step = (name: string, state: StepProgress['state'], note: string | null = null): StepProgress => ({
  name,
  state,
  note,
  attempts: 1,
  error: null,
  startedAt: null,
  finishedAt: null,
})

const run = (overrides: Partial<ProcedureProgress> = {}): ProcedureProgress => ({
  id: 'prc_1',
  name: 'provisioning.power-vps',
  state: 'running',
  live: true,
  error: null,
  createdAt: at,
  finishedAt: null,
  steps: [
    step('send action', 'done'),
    step('wait for host', 'waiting', 'The host is at work.'),
    step('see the result', 'planned'),
  ],
  ...overrides,
})

const restart: ServiceAction = { id: 'prc_1', action: 'restart', state: 'running', createdAt: at, finishedAt: null }

test('work under way names the step it is at, and what that waits for', () => {
  const work = workView(run(), restart)
  assert.equal(work?.action, 'restart')
  assert.equal(work.step, 'wait for host')
  assert.equal(work.note, 'The host is at work.')
  assert.equal(work.state, 'running')
})

test('work that undoes or is stuck says so, and an older action is not taken for it', () => {
  assert.equal(workView(run({ state: 'compensating' }), restart)?.state, 'undoing')
  assert.equal(workView(run({ state: 'stuck' }), restart)?.state, 'stuck')
  assert.equal(workView(run({ id: 'prc_2' }), restart)?.action, undefined)
})

test('work that has not begun names its first step; work that is over is none', () => {
  const planned = run({ steps: [step('send action', 'planned'), step('wait for host', 'planned')] })
  assert.equal(workView(planned, undefined)?.step, 'send action')
  assert.equal(workView(run({ state: 'completed', live: false }), restart), undefined)
  assert.equal(workView(undefined, undefined), undefined)
})

test('an action that failed is told for an hour', () => {
  const failed = run({ state: 'compensated', live: false, finishedAt: at })
  assert.equal(failedAction(failed, restart, at.add({ minutes: 59 })), 'restart')
  assert.equal(failedAction(failed, restart, at.add({ minutes: 61 })), undefined)
  assert.equal(failedAction(run({ state: 'completed', live: false, finishedAt: at }), restart, at), undefined)
  assert.equal(failedAction({ ...failed, id: 'prc_2' }, restart, at), undefined)
})
