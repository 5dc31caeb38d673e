import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { Schema } from '#platform/schema.ts'

/** An event as followers see it. `cursor` is where to go on after a break. */
export type FedEvent = Pick<Schema['events'], 'name' | 'subjectId' | 'customerId' | 'createdAt'> & { cursor: string }

export type EventFeed = {
  /** Hears every event committed from now on (or after `cursor`), in order; `customerId` narrows to one customer's. */
  follow(filter: { customerId?: string; cursor?: string }, hear: (event: FedEvent) => void): () => void
  close(): void
}

const PERIOD_MS = 250
const PAGE = 500
const BEHIND = 1_000

type Row = FedEvent & { transaction: string; sequence: bigint }

/**
 * Follows the event log for everybody in this process with one query a quarter second, and none while nobody listens.
 * It reads only up to the oldest open transaction, so that an event which commits late is not passed by.
 */
export function createEventFeed(database: Database, log: Log): EventFeed {
  const followers = new Map<symbol, { customerId: string | undefined; hear: (event: FedEvent) => void }>()
  let cursor: string | undefined
  let timer: NodeJS.Timeout | undefined

  async function poll(): Promise<void> {
    try {
      cursor ??= await headOf(database)
      for (const event of await readAfter(database, cursor, undefined)) {
        cursor = event.cursor
        for (const { customerId, hear } of followers.values())
          if (customerId === undefined || customerId === event.customerId) hear(event)
      }
    } catch (error) {
      log.warn({ err: error }, 'event feed')
    }
    timer = followers.size > 0 ? setTimeout(() => void poll(), PERIOD_MS) : undefined
    if (!timer) cursor = undefined
  }

  return {
    follow({ customerId, cursor: from }, hear) {
      const key = Symbol('follower')
      let stopped = false
      const begin = (): void => {
        if (stopped) return
        followers.set(key, { customerId, hear })
        timer ??= setTimeout(() => void poll(), 0)
      }
      if (from === undefined) begin()
      else
        readAfter(database, from, customerId)
          .then((missed) => {
            for (const event of missed) if (!stopped) hear(event)
          })
          .catch((error: unknown) => {
            log.warn({ err: error }, 'event feed')
          })
          .finally(begin)
      return () => {
        stopped = true
        followers.delete(key)
      }
    },
    close() {
      followers.clear()
      clearTimeout(timer)
    },
  }
}

async function headOf(database: Database): Promise<string> {
  const { rows } = await sql<{ head: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as head`.execute(
    database.db,
  )
  // Everything of this transaction and later is still to come.
  return `${BigInt(rows[0]!.head) - 1n}-${2n ** 62n}`
}

async function readAfter(database: Database, cursor: string, customerId: string | undefined): Promise<FedEvent[]> {
  const parts = /^(\d{1,20})-(\d{1,20})$/.exec(cursor)
  if (!parts) return []
  const { rows } = await sql<Row>`
    select name, subject_id, customer_id, created_at, transaction::text as transaction, sequence from events
    where (transaction, sequence) > (${parts[1]}::text::xid8, ${parts[2]}::bigint)
      and transaction < pg_snapshot_xmin(pg_current_snapshot())
      ${customerId === undefined ? sql`` : sql`and customer_id = ${customerId}`}
    order by transaction, sequence limit ${customerId === undefined ? PAGE : BEHIND}`.execute(database.db)
  return rows.map(({ transaction, sequence, ...event }) => ({ ...event, cursor: `${transaction}-${sequence}` }))
}
