import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { coverageTable, leftOut, rowOf } from './faults/coverage.ts'
import { Ledger } from './faults/ledger.ts'
import { everyFault, gather, parseCase, partOf } from './faults/plan.ts'
import { ACTIONS, caseOf, kindOf, nameOfFault, type Peer, type Point, type Side } from './faults/points.ts'
import { planSample } from './faults/sample.ts'

const point = (side: Side, peer: Peer, what: string, nth = 1): Point => ({ side, peer, what, nth })
const POINTS: Point[] = [
  point('worker', 'stripe', 'POST /v1/payment_intents'),
  point('worker', 'stripe', 'GET /v1/payment_intents/:id'),
  point('web', 'stripe', 'POST /v1/checkout/sessions'),
  point('web', 'webhook', 'POST /webhooks/stripe charge.succeeded'),
  point('web', 'webhook', 'POST /webhooks/stripe payment_intent.succeeded'),
  ...[1, 2, 3].map((nth) => point('worker', 'proxmox', 'POST /status/start', nth)),
  point('worker', 'proxmox', 'GET /tasks'),
  ...['CONNECT', 'MAIL', 'RCPT', 'DATA', 'CONTENT'].map((what) => point('worker', 'smtp', what)),
  ...['invoice.paid', 'payment.succeeded', 'notification.sent', 'lease taken', 'service.active', 'order.active'].map(
    (what) => point('worker', 'postgres', what),
  ),
]
const faultsOf = (cases: ReturnType<typeof gather>) => cases.flatMap(({ faults }) => faults)

test('a sample has every kind of strike that a workflow can bear, each at a message of its own', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const { needed } = planSample('renew', POINTS, new Set(), seed)
    const faults = faultsOf(needed)
    assert.deepEqual(leftOut(POINTS, faults), [])
    assert.equal(faults.length, Object.keys(ACTIONS).length)
    assert.equal(new Set(faults.map(kindOf)).size, faults.length)
  }
})

test('what the sample of one commit does not strike, that of another does', () => {
  const struck = new Set<string>()
  for (let seed = 1; seed <= 300; seed += 1) {
    const { needed, more } = planSample('renew', POINTS, new Set(), seed)
    for (const fault of faultsOf([...needed, ...more])) struck.add(nameOfFault(fault))
  }
  const firsts = everyFault(POINTS).filter(
    ({ nth, action, what }) => nth === 1 && (action !== 'hang' || what.startsWith('POST')),
  )
  assert.deepEqual(
    firsts.map(nameOfFault).filter((name) => !struck.has(name)),
    [],
  )
})

test('gathered into tellings no fault is lost or told twice, and none stands beside another at the same message', () => {
  const all = everyFault(POINTS)
  const cases = gather('renew', all, 7)
  assert.deepEqual(faultsOf(cases).map(nameOfFault).toSorted(), all.map(nameOfFault).toSorted())
  for (const { faults } of cases) assert.equal(new Set(faults.map(kindOf)).size, faults.length)
  assert.ok(cases.length < all.length / 2)
  assert.deepEqual(gather('renew', all, 7), cases, 'the same seed, the same campaign')
  assert.deepEqual(parseCase(cases[0]!.name).faults.map(nameOfFault), cases[0]!.faults.map(nameOfFault))
  const parts = ['1/3', '2/3', '3/3'].flatMap((part) => partOf('renew', all, part))
  assert.deepEqual(parts.map(nameOfFault).toSorted(), all.map(nameOfFault).toSorted())
})

test('results are kept from run to run, and the table tells what has not run well', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'))
  try {
    const file = join(folder, 'ledger.jsonl')
    const [first, second, third] = everyFault(POINTS).filter(({ action }) => action === 'hang')
    const ledger = new Ledger(file)
    ledger.note(caseOf('renew', [first!, second!]), { broken: false, missing: [nameOfFault(second!)] })
    ledger.note(caseOf('renew', [third!]), { broken: true, missing: [] })
    const again = new Ledger(file)
    const verdicts = [first, second, third].map((fault) => again.verdictOf('renew', nameOfFault(fault!)))
    assert.deepEqual(verdicts, ['ok', 'missed', 'broken'])
    assert.equal(again.verdictOf('refund', nameOfFault(first!)), undefined)
    const [head, row] = coverageTable([rowOf('renew', POINTS, again)]).split('\n')
    const at = head!.split(/\s+/).indexOf('hang')
    assert.equal(row!.split(/\s+/)[at], '1/7')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
