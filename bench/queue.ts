import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job, openQueue } from '#platform/queue.ts'
import { type Bench, CONNECTIONS } from './context.ts'
import { compare, median, perSecond, type Result } from './measure.ts'

/** B4: no-op jobs worked by the product's queue against a lease and a delete each; and how soon a lone job starts. */
export async function benchQueue({ app, floor, databaseUrl }: Bench, count: number): Promise<Result[]> {
  const done = { jobs: 0 }
  let woken: ((at: number) => void) | undefined
  const nothing = job({
    name: 'bench.nothing',
    queue: 'provisioning',
    payload: z.object({}),
    run: async () => {
      done.jobs += 1
      woken?.(performance.now())
    },
  })
  const queue = await openQueue({ url: databaseUrl, log: app.log, metrics: app.metrics, supervise: true })
  const fill = (jobs: number) =>
    app.transaction(system('bench'), async (tx) => {
      for (let each = 0; each < jobs; each += 1) await tx.enqueue(nothing, {})
    })

  const product = async (): Promise<number> => {
    done.jobs = 0
    await fill(count)
    const began = performance.now()
    while (done.jobs < count) await pause(2)
    return (count / (performance.now() - began)) * 1_000
  }
  const raw = async (): Promise<number> => {
    await floor.query('truncate floor.job')
    await floor.query(`insert into floor.job (name, payload) select 'nothing', '{}' from generate_series(1, $1)`, [
      count,
    ])
    return perSecond(count, CONNECTIONS, async () => {
      const { rows } = await floor.query<{ id: string }>({
        name: 'lease',
        text: `update floor.job set leased_until = clock_timestamp() + interval '1 minute' where id = (
          select id from floor.job where leased_until is null order by id limit 1 for update skip locked) returning id`,
      })
      await floor.query({ name: 'delete', text: 'delete from floor.job where id = $1', values: [rows[0]?.id] })
    })
  }

  await sql`delete from queue.job`.execute(app.db)
  await queue.work(app, [nothing] as never, [])
  const rate = await compare(
    { card: 'B4', metric: 'no-op jobs worked', unit: '/s', gate: 0.5, goal: 0.7 },
    raw,
    product,
  )
  const latencies: number[] = []
  for (let each = 0; each < 40; each += 1) {
    await pause(20)
    const began = performance.now()
    const started = new Promise<number>((resolve) => {
      woken = resolve
    })
    await fill(1)
    latencies.push((await started) - began)
  }
  await queue.close()
  const sorted = latencies.toSorted((a, b) => a - b)
  return [
    {
      ...rate,
      note: `a lone job starts after ${median(sorted).toFixed(0)} ms (p50), ${sorted.at(-1)!.toFixed(0)} ms (worst of 40)`,
    },
  ]
}
