import { DatabaseSync } from 'node:sqlite'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Context, MiddlewareHandler } from 'hono'
import { z } from 'zod'

/**
 * What every simulator needs: memory that outlives a crash, faults on request, and a record of the calls.
 * Nothing of the product imports this; only simulators and the process that serves them do.
 */
export type Collection<T> = {
  get(id: string): T | undefined
  /** Durable when this returns. */
  set(id: string, value: T): void
  delete(id: string): void
  /** In the order of first `set`. */
  values(): T[]
}

export type Store = {
  collection<T>(name: string): Collection<T>
  /** Everything `work` writes survives a crash together or not at all; what it throws is thrown on, its writes stay. */
  atomically<T>(work: () => T): T
  clear(): void
  close(): void
}

/** A store in `file`, or in memory when there is none. Values must be plain JSON. */
function openStore(file?: string): Store {
  if (file) mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file ?? ':memory:')
  db.exec(`pragma journal_mode = wal; pragma synchronous = off;
    create table if not exists rows (seq integer primary key autoincrement, collection text, id text, value text, unique (collection, id))`)
  const read = db.prepare('select id, value from rows where collection = ? order by seq')
  const write = db.prepare(
    'insert into rows (collection, id, value) values (?, ?, ?) on conflict (collection, id) do update set value = excluded.value',
  )
  const remove = db.prepare('delete from rows where collection = ? and id = ?')
  const maps: Map<string, unknown>[] = []
  return {
    collection<T>(name: string): Collection<T> {
      const map = new Map<string, T>()
      for (const row of read.all(name)) map.set(String(row['id']), JSON.parse(String(row['value'])) as T)
      maps.push(map)
      return {
        get: (id) => map.get(id),
        set: (id, value) => {
          map.set(id, value)
          write.run(name, id, JSON.stringify(value))
        },
        delete: (id) => {
          map.delete(id)
          remove.run(name, id)
        },
        values: () => [...map.values()],
      }
    },
    atomically: (work) => {
      if (db.isTransaction) return work()
      db.exec('begin')
      try {
        return work()
      } finally {
        db.exec('commit')
      }
    },
    clear: () => {
      for (const map of maps) map.clear()
      db.exec('delete from rows')
    },
    close: () => {
      db.close()
    },
  }
}

/** One planned misbehaviour. `drop` kills the connection: before the work is done, or after (the lost answer). */
export const FaultRule = z.strictObject({
  method: z.string().toUpperCase().optional(),
  /** A part of the path. */
  path: z.string().default(''),
  times: z.int().min(1).max(10_000).default(1),
  action: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('answer'),
      status: z.int().min(400).max(599),
      body: z.string().optional(),
      /** Do the work first, then answer with this status. */
      afterActing: z.boolean().default(false),
    }),
    z.strictObject({ kind: z.literal('delay'), ms: z.int().min(1).max(120_000) }),
    z.strictObject({ kind: z.literal('drop'), afterActing: z.boolean().default(false) }),
  ]),
})
export type FaultRule = z.output<typeof FaultRule>

export type Call = {
  at: string
  method: string
  path: string
  status: number
  ms: number
  request: string
  answer: string
  fault?: string
}

/** Thrown by a simulator's middleware to end the connection without an answer. */
class ConnectionDropped extends TypeError {
  constructor() {
    super('fetch failed: the simulator dropped the connection')
  }
}

type NodeEnv = { outgoing?: { destroy(): void } } | undefined

export type Simulation = {
  store: Store
  calls: Call[]
  faults: FaultRule[]
  /** The first planned fault that fits, used up once. For protocols that are not HTTP; `middleware` asks by itself. */
  takeFault(method: string, path: string): FaultRule | undefined
  /** Remembers one call, newest first. */
  record(call: Omit<Call, 'at'>): void
  /** Put first on the simulator's Hono app. `errorBody` shapes a planned failure as the vendor would. */
  middleware(errorBody: (status: number) => { body: string; contentType: string }): MiddlewareHandler
}

const KEPT_CALLS = 500
const KEPT_BYTES = 4_000

export function createSimulation(file?: string): Simulation {
  const calls: Call[] = []
  const faults: FaultRule[] = []

  function takeFault(method: string, path: string): FaultRule | undefined {
    const index = faults.findIndex((rule) => (!rule.method || rule.method === method) && path.includes(rule.path))
    const rule = faults[index]
    if (!rule) return undefined
    rule.times -= 1
    if (rule.times <= 0) faults.splice(index, 1)
    return rule
  }

  function record(call: Omit<Call, 'at'>): void {
    const request = call.request.slice(0, KEPT_BYTES)
    calls.unshift({ at: new Date().toISOString(), ...call, request, answer: call.answer.slice(0, KEPT_BYTES) })
    calls.length = Math.min(calls.length, KEPT_CALLS)
  }

  return {
    store: openStore(file),
    calls,
    faults,
    takeFault,
    record,
    middleware: (errorBody) => async (c, next) => {
      const started = performance.now()
      const path = c.req.path
      const rule = takeFault(c.req.method, path)
      const request = await c.req.raw.clone().text()
      const recordCall = (status: number, answer: string): void => {
        record({
          method: c.req.method,
          path: path + new URL(c.req.url).search,
          status,
          ms: Math.round(performance.now() - started),
          request,
          answer,
          ...(rule ? { fault: rule.action.kind } : {}),
        })
      }
      const action = rule?.action
      if (action?.kind === 'delay') await new Promise((done) => setTimeout(done, action.ms))
      const acts = !action || action.kind === 'delay' || action.afterActing
      if (acts) await next()
      if (action?.kind === 'drop') {
        recordCall(0, '')
        drop(c)
      }
      if (action?.kind === 'answer') {
        const shaped = errorBody(action.status)
        const body = action.body ?? shaped.body
        recordCall(action.status, body)
        c.res = new Response(body, { status: action.status, headers: { 'content-type': shaped.contentType } })
        return
      }
      const text = /json|text|html/.test(c.res.headers.get('content-type') ?? '') ? await c.res.clone().text() : ''
      recordCall(c.res.status, text)
    },
  }
}

function drop(c: Context): never {
  ;(c.env as NodeEnv)?.outgoing?.destroy()
  throw new ConnectionDropped()
}
