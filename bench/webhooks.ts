import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, listen } from '#app/create-server.ts'
import { type Bench, CONNECTIONS } from './context.ts'
import { load } from './http-load.ts'
import { compare, perSecond, type Result } from './measure.ts'

const DUPLICATES = 0.2
const FORGED_EVERY = 50

/**
 * B2: signed events received over HTTP, a fifth of them twice and one in fifty forged, against one insert of event and job per
 * statement.
 */
export async function benchWebhooks({ app, floor }: Bench, count: number): Promise<Result[]> {
  const http = await listen(createServer(app), { host: '127.0.0.1', port: 0 })
  const address = http.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const secret = app.config.stripe.webhookSecrets[0]!.reveal()
  let series = 0
  let p99 = 0

  const raw = (): Promise<number> => {
    series += 1
    const events = Array.from({ length: count }, (_each, index) => {
      const id = `evt_f${series}_${unique(index, count)}`
      return [id, 'charge.succeeded', eventOf(id, 0)]
    })
    return perSecond(count, CONNECTIONS, (index) =>
      floor.query({
        name: 'inbox',
        text: `with i as (insert into floor.inbox (id, type, payload, received_at) values ($1, $2, $3, clock_timestamp())
          on conflict do nothing returning id) insert into floor.job (name, payload) select 'event', jsonb_build_object('id', id) from i`,
        values: events[index]!,
      }),
    )
  }
  const product = async (): Promise<number> => {
    series += 1
    const requests = Array.from({ length: count }, (_each, index) => index).flatMap((index) => {
      const nowMs = app.clock.wallClock().epochMilliseconds
      const genuine = signed(`evt_p${series}_${unique(index, count)}`, secret, nowMs)
      if (index % FORGED_EVERY > 0) return [genuine]
      return [genuine, signed(`evt_p${series}_forged_${index}`, 'whsec_of_somebody_else', nowMs)]
    })
    const answer = await load({
      origin,
      path: '/webhooks/stripe',
      method: 'POST',
      connections: 64,
      count: requests.length,
      headers: { 'content-type': 'application/json' },
      requests,
    })
    const { 200: accepted, 400: forged = 0, 429: forgedTooOften = 0 } = answer.statuses
    assert.deepEqual(
      [accepted, forged + forgedTooOften],
      [count, requests.length - count],
      'every genuine event is accepted and no forged one is',
    )
    const { rows } = await app.database.pool.query<{ events: string; jobs: string }>(
      `select (select count(*) from gateway_events where id like $1) as events,
              (select count(*) from queue.job where data->'payload'->>'gatewayEventId' like $1) as jobs`,
      [`evt_p${series}_%`],
    )
    const expected = String(count - Math.floor(count * DUPLICATES))
    assert.deepEqual(
      [String(rows[0]?.events), String(rows[0]?.jobs)],
      [expected, expected],
      'none is lost, none counts twice',
    )
    p99 = answer.p99
    return answer.perSecond
  }
  const result = await compare(
    { card: 'B2', metric: 'webhooks received', unit: '/s', gate: 0.5, goal: 0.8 },
    raw,
    product,
  )
  await new Promise((done) => http.close(done))
  return [{ ...result, note: `p99 ${p99.toFixed(0)} ms at 64 connections; 0 lost, 0 doubled, all forged ones refused` }]
}

/** The last fifth repeats the first. */
const unique = (index: number, count: number): number => index % (count - Math.floor(count * DUPLICATES))

/** An event of a kilobyte, as the gateway sends it. */
function eventOf(id: string, created: number): string {
  const object = {
    id: `ch_${id}`,
    object: 'charge',
    amount: 900,
    currency: 'eur',
    livemode: false,
    metadata: {},
    description: 'x'.repeat(600),
  }
  return JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    type: 'charge.succeeded',
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    data: { object },
  })
}

function signed(id: string, secret: string, nowMs: number): { body: string; headers: Record<string, string> } {
  const t = Math.floor(nowMs / 1_000)
  const body = eventOf(id, t)
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return { body, headers: { 'stripe-signature': `t=${t},v1=${v1}` } }
}
