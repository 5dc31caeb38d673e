import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import type { Log } from '#platform/log.ts'
import type { Schema } from '#platform/schema.ts'

/** An event as followers see it. `cursor` is where to go on after a break. */
export type FedEvent = Pick<Schema['events'], 'name' | 'subjectId' | 'customerId' | 'createdAt'> & { cursor: string }

export type EventFeed = {
  /**
   * Hears every event committed from now on (or after `cursor`), in order; `customerId` narrows to one customer's. While an
   * older transaction is open, what was committed after that began is heard, too.
   */
  follow(filter: { customerId?: string; cursor?: string }, hear: (event: FedEvent) => void): () => void
  close(): void
}

const PERIOD_MS = 250
const PAGE = 1_000

type Row = FedEvent & { transaction: string; sequence: bigint }

/**
 * Follows the event log for everybody in this process with one query a quarter second, and none while nobody listens.
 * It reads only up to the oldest open transaction, so that an event which commits late is not passed by.
 */
export function createEventFeed(database: Database, log: Log): EventFeed {
  const followers = new Map<symbol, { customerId: string | undefined; hear: (event: FedEvent) => void }>()
  let head: Promise<string> | undefined
  let cursor: string | undefined
  let timer: NodeJS.Timeout | undefined

  /** Settles from where on everybody listens, when nobody did before. */
  async function begin(): Promise<void> {
    head ??= headOf(database)
    try {
      const at = await head
      cursor ??= at
    } catch (error) {
      head = undefined
      throw error
    }
  }

  async function poll(): Promise<void> {
    try {
      await begin()
      for (const event of await readAfter(database, cursor!, undefined)) {
        cursor = event.cursor
        for (const { customerId, hear } of followers.values())
          if (customerId === undefined || customerId === event.customerId) hear(event)
      }
    } catch (error) {
      log.warn({ err: error }, 'event feed')
    }
    timer = followers.size > 0 ? setTimeout(() => void beyondOwnRows(poll), PERIOD_MS) : undefined
    if (!timer) cursor = head = undefined
  }

  /** Followers listen already while this reads, so it overlaps with what they hear and leaves no gap. */
  async function catchUp(from: string, customerId: string | undefined): Promise<FedEvent[]> {
    try {
      await begin()
      return await readMissed(database, from, customerId)
    } catch (error) {
      log.warn({ err: error }, 'event feed')
      return []
    }
  }

  return {
    follow({ customerId, cursor: from }, hear) {
      const key = Symbol('follower')
      const stop = (): void => void followers.delete(key)
      // It reads for all followers, whoever came first.
      timer ??= setTimeout(() => void beyondOwnRows(poll), 0)
      if (from === undefined) {
        followers.set(key, { customerId, hear })
        return stop
      }
      const joined = joinLate(from, hear, () => followers.has(key))
      followers.set(key, { customerId, hear: joined.hear })
      void catchUp(from, customerId).then(joined.begin)
      return stop
    },
    close() {
      followers.clear()
      clearTimeout(timer)
    },
  }
}

/**
 * Holds back what is heard until what was missed is known, then tells both. What everybody hears may lag behind what was
 * read as missed, so that each event is told once only by its place in the log.
 */
function joinLate(from: string, hear: (event: FedEvent) => void, listens: () => boolean) {
  let held: FedEvent[] | undefined = []
  let last = from
  const tell = (event: FedEvent): void => {
    if (!listens() || !isAfter(event.cursor, last)) return
    last = event.cursor
    hear(event)
  }
  return {
    hear: (event: FedEvent): void => {
      if (held) held.push(event)
      else tell(event)
    },
    begin: (missed: FedEvent[]): void => {
      const events = [...missed, ...(held ?? [])]
      held = undefined
      for (const event of events) tell(event)
    },
  }
}

const CURSOR = /^(\d{1,20})-(\d{1,20})$/

/** Whether one place in the log comes after another; everything comes after a place that is none. */
function isAfter(cursor: string, other: string): boolean {
  const [a, b] = [CURSOR.exec(cursor), CURSOR.exec(other)]
  if (!a || !b) return true
  const [transaction, before] = [BigInt(a[1]!), BigInt(b[1]!)]
  return transaction === before ? BigInt(a[2]!) > BigInt(b[2]!) : transaction > before
}

async function headOf(database: Database): Promise<string> {
  const { rows } = await sql<{ head: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as head`.execute(
    database.db,
  )
  // Everything of this transaction and later is still to come.
  return `${BigInt(rows[0]!.head) - 1n}-${2n ** 62n}`
}

/** All that happened after `from` and is settled by now. */
async function readMissed(database: Database, from: string, customerId: string | undefined): Promise<FedEvent[]> {
  const missed: FedEvent[] = []
  for (let at: string | undefined = from; at !== undefined;) {
    const page = await readAfter(database, at, customerId)
    missed.push(...page)
    at = page.length === PAGE ? page.at(-1)?.cursor : undefined
  }
  return missed
}

async function readAfter(database: Database, cursor: string, customerId: string | undefined): Promise<FedEvent[]> {
  const parts = CURSOR.exec(cursor)
  if (!parts) return []
  const { rows } = await sql<Row>`
    select name, subject_id, customer_id, created_at, transaction::text as transaction, sequence from events
    where (transaction, sequence) > (${parts[1]}::text::xid8, ${parts[2]}::bigint)
      and transaction < pg_snapshot_xmin(pg_current_snapshot())
      ${customerId === undefined ? sql`` : sql`and customer_id = ${customerId}`}
    order by transaction, sequence limit ${PAGE}`.execute(database.db)
  return rows.map(({ transaction, sequence, ...event }) => ({ ...event, cursor: `${transaction}-${sequence}` }))
}
