import assert from 'node:assert/strict'
import { createServer, listen } from '#app/create-server.ts'
import type { Bench } from './context.ts'
import { makeSessions, originOf } from './http.ts'
import { load, type LoadAnswer } from './http-load.ts'
import { compareTimes, type Result } from './measure.ts'

const LOGINS_PER_SECOND = 50
const CALLS_PER_SECOND = 50
const ROUNDS = 3
/** Each may ask 600 times a minute. */
const SESSIONS = 20

/**
 * B11: what a flood of log-ins with wrong passwords, each for another account, does to the other routes: their 99th
 * percentile may be three times what it is without.
 */
export async function benchFlood({ app }: Bench, seconds: number): Promise<Result[]> {
  const sessions = await makeSessions(app, SESSIONS)
  const server = await listen(createServer(app), { host: '127.0.0.1', port: 0 })
  const origin = originOf(server)
  const others = (): Promise<LoadAnswer> =>
    load({
      origin,
      path: '/api/v1/orders',
      method: 'GET',
      connections: 4,
      startsPerSecond: CALLS_PER_SECOND,
      count: CALLS_PER_SECOND * seconds,
      headers: {},
      requests: Array.from({ length: CALLS_PER_SECOND * seconds }, (_each, index) => ({
        headers: { authorization: `Bearer ${sessions[index % SESSIONS]!}` },
      })),
    })
  const flood = (round: number): Promise<LoadAnswer> =>
    load({
      origin,
      path: '/api/v1/sessions',
      method: 'POST',
      connections: 300,
      startsPerSecond: LOGINS_PER_SECOND,
      count: LOGINS_PER_SECOND * seconds,
      headers: { 'content-type': 'application/json' },
      requests: Array.from({ length: LOGINS_PER_SECOND * seconds }, (_each, index) => ({
        headers: {},
        body: JSON.stringify({ email: `nobody-${round}-${index}@example.com`, password: 'a guess that is wrong' }),
      })),
    })
  const idle: number[] = []
  const flooded: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    idle.push((await others()).p99)
    const [beside, logins] = await Promise.all([others(), flood(round)])
    assert.deepEqual(Object.keys(beside.statuses), ['200'])
    const refused = Object.keys(logins.statuses).filter((status) => status.startsWith('5'))
    assert.deepEqual(refused, [], `log-ins were answered ${JSON.stringify(logins.statuses)}`)
    flooded.push(beside.p99)
  }
  await new Promise((done) => server.close(done))
  const card = {
    card: 'B11',
    metric: 'p99 of others beside 50 wrong log-ins a second',
    unit: 'ms',
    gate: 0.33,
    goal: 0.5,
  }
  return [{ ...card, ...compareTimes(idle, flooded) }]
}
