import assert from 'node:assert/strict'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createServer, listen } from '#app/create-server.ts'
import { openSession } from '#modules/accounts/open-session.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { anonymous } from '#platform/actor.ts'
import type { Bench } from './context.ts'
import { load } from './http-load.ts'
import { compare, type Result } from './measure.ts'

const CONNECTIONS = 64

/** B7: an authenticated GET of the API against a bare Hono server that runs one query. */
export async function benchHttp({ app, floor }: Bench, count: number): Promise<Result[]> {
  const sessions = await makeSessions(app, SESSIONS)
  const product = await listen(createServer(app), { host: '127.0.0.1', port: 0 })
  const bare = await listenBare(floor)
  const requests = Array.from({ length: count }, (_each, index) => ({
    headers: { authorization: `Bearer ${sessions[index % SESSIONS]!}` },
  }))
  const run = (origin: string, path: string) => async (): Promise<number> => {
    const answer = await load({ origin, path, method: 'GET', connections: CONNECTIONS, count, headers: {}, requests })
    assert.deepEqual(Object.keys(answer.statuses), ['200'])
    return answer.perSecond
  }
  const result = await compare(
    { card: 'B7', metric: 'authenticated GET, 64 connections', unit: '/s', gate: 0.35, goal: 0.5 },
    run(originOf(bare), '/'),
    run(originOf(product), '/api/v1/orders'),
  )
  for (const server of [product, bare]) await new Promise((done) => server.close(done))
  return [result]
}

const SESSIONS = 240

export function originOf(server: Awaited<ReturnType<typeof listen>>): string {
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

/** Sessions of one user, since each may ask 600 times a minute. */
export async function makeSessions(app: Bench['app'], count: number): Promise<string[]> {
  const email = 'bench@example.com'
  await registerCustomer(app, anonymous, { email, password: 'a-passphrase-for-benching', name: 'Bench', locale: 'en' })
  const user = await app.db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirstOrThrow()
  return app.transaction(anonymous, async (tx) => {
    const tokens: string[] = []
    for (let each = 0; each < count; each += 1)
      tokens.push((await openSession(app, tx, { userId: user.id, method: 'password' }))!.token)
    return tokens
  })
}

async function listenBare(
  floor: Bench['floor'],
): Promise<ReturnType<typeof listen> extends Promise<infer S> ? S : never> {
  const bare = new Hono()
  bare.get('/', async (c) => {
    const { rows } = await floor.query<object>({
      name: 'me',
      text: `select id, name, email, currency from public.customers where email = $1`,
      values: ['bench@example.com'],
    })
    return c.json(rows[0])
  })
  return new Promise((done) => {
    const server = serve({ fetch: bare.fetch, hostname: '127.0.0.1', port: 0 }, () => {
      done(server as Awaited<ReturnType<typeof listen>>)
    })
  })
}
