import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import type { VatAnswer } from '#modules/billing/vat-registry.ts'
import { readAnswer, viesRegistry } from './vies.ts'
import { VIES_PATH, viesSimulator } from './vies-simulator.ts'

const samples = '../shared/contracts/vies/samples.json'
const skip = existsSync(samples) ? false : 'skipped: contracts not present'

const baseUrl = `http://vies.test${VIES_PATH}`
const requester = { country: 'DE', digits: '123456789' }
const sim = viesSimulator({ latencyMs: 5 })
const vies = viesRegistry({ baseUrl, requester, fetch: sim.fetch, timeoutMs: 200 })
const french = { country: 'FR', digits: '60815004395' }

const post = async (path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await sim.fetch(`${baseUrl}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, body: z.record(z.string(), z.unknown()).parse(await answer.json()) }
}

test('a number that is valid comes with the consultation number, the time, and whose it is', async () => {
  const answer = await vies.check(french)
  assert.ok(answer.outcome === 'valid')
  assert.match(answer.requestIdentifier ?? '', /^WAPIAAAA/)
  assert.ok(answer.requestDate)
  assert.deepEqual([answer.name, answer.address], ['Simulated Company FR60815004395', '1 Test Street\n12345 Testtown'])
})

test('what a state does not disclose is nothing, not three dashes', async () => {
  const answer = await vies.check({ country: 'DE', digits: '987654321' })
  assert.ok(answer.outcome === 'valid')
  assert.deepEqual([answer.name, answer.address], [null, null])
})

test('without somebody in whose name it is asked there is no consultation number', async () => {
  const answer = await viesRegistry({ baseUrl, requester: undefined, fetch: sim.fetch }).check(french)
  assert.ok(answer.outcome === 'valid')
  assert.equal(answer.requestIdentifier, null)
})

test('a number nobody has is not valid', async () => {
  assert.equal((await vies.check({ country: 'FR', digits: '00000000000' })).outcome, 'invalid')
})

for (const [ending, errorCode] of [
  ['201', 'INVALID_INPUT'],
  ['202', 'INVALID_REQUESTER_INFO'],
  ['300', 'SERVICE_UNAVAILABLE'],
  ['301', 'MS_UNAVAILABLE'],
  ['302', 'TIMEOUT'],
  ['400', 'VAT_BLOCKED'],
  ['401', 'IP_BLOCKED'],
  ['500', 'GLOBAL_MAX_CONCURRENT_REQ'],
  ['501', 'GLOBAL_MAX_CONCURRENT_REQ_TIME'],
  ['600', 'MS_MAX_CONCURRENT_REQ'],
  ['601', 'MS_MAX_CONCURRENT_REQ_TIME'],
])
  test(`the error ${errorCode} is no answer about the number`, async () => {
    assert.deepEqual(await vies.check({ country: 'FR', digits: `60815004${ending}` }), {
      outcome: 'unknown',
      errorCode,
    })
    assert.equal((await post('/check-vat-test-service', { countryCode: 'FR', vatNumber: ending })).status >= 400, true)
  })

test('a page for people, a hung up call and silence are no answer either', async () => {
  const plan = (action: Parameters<typeof sim.simulation.faults.push>[0]['action']) =>
    sim.simulation.faults.push({ path: '/check-vat-number', times: 1, action })
  plan({ kind: 'answer', status: 503, afterActing: false })
  assert.deepEqual(await vies.check(french), { outcome: 'unknown', errorCode: 'HTTP_503' })
  plan({ kind: 'drop', afterActing: true })
  assert.deepEqual(await vies.check(french), { outcome: 'unknown', errorCode: 'NO_ANSWER' })
  const silent: typeof fetch = (_input, init) =>
    new Promise((_done, fail) => init?.signal?.addEventListener('abort', () => fail(init.signal?.reason as Error)))
  assert.deepEqual(await viesRegistry({ baseUrl, requester, fetch: silent, timeoutMs: 10 }).check(french), {
    outcome: 'unknown',
    errorCode: 'NO_ANSWER_IN_TIME',
  })
})

test('a state that is down is asked again later, and its neighbours meanwhile', async () => {
  sim.setState('FR', false)
  assert.deepEqual(await vies.check(french), { outcome: 'unknown', errorCode: 'MS_UNAVAILABLE' })
  assert.equal((await vies.check({ country: 'IT', digits: '12345678901' })).outcome, 'valid')
  sim.setState('FR', true)
  assert.equal((await vies.check(french)).outcome, 'valid')
})

test('one state is asked one question at a time', async () => {
  const answers = await Promise.all(
    [1, 2, 3, 4].map((last) => vies.check({ country: 'FR', digits: `6081500439${last}` })),
  )
  assert.deepEqual(
    answers.map(({ outcome }) => outcome),
    ['valid', 'valid', 'valid', 'valid'],
  )
  const rude = await Promise.all(
    [1, 2].map((last) => post('/check-vat-number', { countryCode: 'FR', vatNumber: `6081500439${last}` })),
  )
  assert.deepEqual(
    rude.map(({ status }) => status),
    [200, 500],
  )
})

test('Greece is EL, Northern Ireland XI, and Great Britain is not covered', async () => {
  const outcomes = await Promise.all(
    ['EL', 'XI', 'GR', 'GB'].map(async (country) => (await vies.check({ country, digits: '123456789' })).outcome),
  )
  assert.deepEqual(outcomes, ['valid', 'valid', 'unknown', 'unknown'])
})

test('with the prefix inside the number the answer is no', async () => {
  assert.equal((await vies.check({ country: 'FR', digits: 'FR608150043' })).outcome, 'invalid')
})

test('an answer about another number is no answer', () => {
  const body = JSON.stringify({ countryCode: 'FR', vatNumber: '1', valid: true })
  assert.deepEqual(readAnswer(200, body, french), { outcome: 'unknown', errorCode: 'OTHER_NUMBER' })
})

const Samples = z.object({
  'check-vat-number': z.record(z.string(), z.record(z.string(), z.unknown())),
  'ms-vat': z.record(z.string(), z.record(z.string(), z.unknown())),
  'check-status': z.record(z.string(), z.unknown()),
})
const load = () => Samples.parse(JSON.parse(readFileSync(samples, 'utf8')))
const keys = (value: object | undefined): string[] => Object.keys(value ?? {}).toSorted()

test('the documented answers are understood', { skip }, () => {
  const { 'check-vat-number': posts, 'ms-vat': gets } = load()
  const read = (sample: object | undefined, status = 200): VatAnswer =>
    readAnswer(status, JSON.stringify(sample), french)
  assert.deepEqual(read(posts['valid']), {
    outcome: 'valid',
    requestIdentifier: 'WAPIAAAAZexampleX',
    requestDate: Temporal.Instant.from('2026-05-19T12:25:12.544Z'),
    name: 'SA EXEMPLE',
    address: '1 RUE DE TEST\n75001 PARIS',
  })
  const zeros = { country: 'FR', digits: '00000000000' }
  assert.equal(readAnswer(200, JSON.stringify(posts['invalid']), zeros).outcome, 'invalid')
  for (const status of [200, 400, 500])
    assert.deepEqual(read(posts['unavailable'], status), { outcome: 'unknown', errorCode: 'MS_UNAVAILABLE' })
  assert.deepEqual(read(gets['unavailable']), { outcome: 'unknown', errorCode: 'MS_UNAVAILABLE' })
})

test('the simulator answers in the documented shapes', { skip }, async () => {
  const { 'check-vat-number': posts, 'ms-vat': gets, 'check-status': status } = load()
  assert.deepEqual(keys((await post('/check-vat-number', posts['request']!)).body), keys(posts['valid']))
  const get = async (path: string) =>
    z.record(z.string(), z.unknown()).parse(await (await sim.fetch(`${baseUrl}${path}`)).json())
  assert.deepEqual(keys(await get('/ms/FR/vat/60815004395')), keys(gets['valid']))
  assert.deepEqual(keys(await get('/ms/FR/vat/60815004301')), keys(gets['unavailable']))
  assert.deepEqual(keys(await get('/check-status')), keys(status))
  const refused = await post('/check-vat-number', { countryCode: 'FR', vatNumber: '60815004301' })
  assert.deepEqual(refused.body, posts['unavailable'])
})
