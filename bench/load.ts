// Runs in a process of its own: sends requests over kept-alive connections and prints what came back.
import { readFileSync } from 'node:fs'
import { Pool } from 'undici'

type Plan = {
  origin: string
  path: string
  method: 'GET' | 'POST'
  connections: number
  count: number
  headers: Record<string, string>
  requests?: { body?: string; headers: Record<string, string> }[]
}

const plan = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Plan
const pool = new Pool(plan.origin, { connections: plan.connections, pipelining: 1 })
const statuses: Record<number, number> = {}
const times: number[] = []
let next = 0
const began = performance.now()
await Promise.all(
  Array.from({ length: plan.connections }, async () => {
    for (let index = next++; index < plan.count; index = next++) {
      const one = plan.requests?.[index]
      const sent = performance.now()
      const answer = await pool.request({
        path: plan.path,
        method: plan.method,
        headers: { ...plan.headers, ...one?.headers },
        ...(one?.body === undefined ? {} : { body: one.body }),
      })
      await answer.body.dump()
      times.push(performance.now() - sent)
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1
    }
  }),
)
const seconds = (performance.now() - began) / 1_000
times.sort((a, b) => a - b)
process.stdout.write(
  JSON.stringify({ perSecond: plan.count / seconds, p99: times[Math.floor(times.length * 0.99)], statuses }),
)
await pool.close()
