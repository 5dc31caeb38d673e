import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '#platform/log.ts'

const CHANNEL = 'ez_queue'
const RECONNECT_MS = 1_000
/** Rings closer together than this become one. */
const REST_MS = 5

/**
 * Wakes workers as soon as jobs are committed. Ringing happens after the commit and on its own, because a NOTIFY inside a
 * transaction makes every commit of the database wait for the one before it. A ring that gets lost costs a second: workers
 * look by themselves, too.
 */
export type QueueBell = {
  /** Returns at once; many rings become one. */
  ring(queues: Iterable<string>): void
  /** Calls `hear` with the name of each queue that got work, in any process. */
  listen(hear: (queue: string) => void): void
  close(): Promise<void>
}

export function createQueueBell(url: string, log: Log): QueueBell {
  const ringer = new pg.Pool({ connectionString: url, max: 1, application_name: 'ez-bell', idleTimeoutMillis: 60_000 })
  ringer.on('error', () => undefined)
  let waiting = new Set<string>()
  let ringing = false
  const closing = new AbortController()
  let listener: pg.Client | undefined

  async function flush(): Promise<void> {
    ringing = true
    while (waiting.size > 0) {
      const names = [...waiting]
      waiting = new Set()
      await ringer
        .query({
          name: 'ring',
          text: 'select pg_notify($1, name) from unnest($2::text[]) as name',
          values: [CHANNEL, names],
        })
        .catch((error: unknown) => {
          if (!closing.signal.aborted) log.warn({ err: error }, 'workers were not woken; they look by themselves')
        })
      await pause(REST_MS)
    }
    ringing = false
  }

  async function listenOnce(hear: (queue: string) => void): Promise<void> {
    const client = new pg.Client({ connectionString: url, application_name: 'ez-bell', keepAlive: true })
    listener = client
    const ended = new Promise<void>((done) => {
      client.once('end', done)
      client.on('error', () => {
        done()
      })
    })
    client.on('notification', (message) => {
      hear(message.payload ?? '')
    })
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    await ended
  }

  async function keepListening(hear: (queue: string) => void): Promise<void> {
    while (!closing.signal.aborted) {
      await listenOnce(hear).catch((error: unknown) => {
        log.warn({ err: error }, 'the bell of the queue is not heard; workers look by themselves')
      })
      await pause(RECONNECT_MS)
    }
  }

  return {
    ring(queues) {
      for (const name of queues) waiting.add(name)
      if (!ringing && waiting.size > 0) void flush()
    },
    listen(hear) {
      void keepListening(hear)
    },
    async close() {
      closing.abort()
      await listener?.end().catch(() => undefined)
      await ringer.end()
    },
  }
}
