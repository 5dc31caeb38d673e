import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { Schema } from '#platform/schema.ts'
import { requirePermission } from './permissions.ts'

/** A fact of the log. `actorName` and `customerName` are what they are called today; null for the system and strangers. */
export type LoggedEvent = Omit<Schema['events'], 'transaction' | 'sequence'> & {
  sequence: bigint
  actorName: string | null
  customerName: string | null
}

export type EventFilter = PageFilter & {
  /** One id or several: what happened to any of them. */
  subjectId?: string | readonly string[] | undefined
  customerId?: string | undefined
  /** A whole name such as `service.active`, or its noun for all of them: `service`. */
  name?: string | undefined
  /** Names that are left out. */
  except?: readonly string[] | undefined
  /** From where it was caused. */
  address?: string | undefined
  /** Business time from, and before, which it happened. */
  from?: Temporal.Instant | undefined
  until?: Temporal.Instant | undefined
  /** A user's id or email address, or the name of a part of the system. */
  actor?: string | undefined
}

/** Staff: the log of all that happened, newest first; `after` is the sequence of the last event seen. */
export async function listEvents(app: App, actor: Actor, filter: EventFilter): Promise<Page<LoggedEvent>> {
  requirePermission(actor, 'event.read')
  const after = /^\d{1,18}$/.test(filter.after ?? '') ? filter.after : undefined
  const { subjectId, customerId, name, except, actor: by, address, from, until } = filter
  const rows = await app.db
    .selectFrom('events')
    .leftJoin('users', 'users.id', 'events.actorId')
    .leftJoin('customers', 'customers.id', 'events.customerId')
    .select([
      'events.id',
      'events.sequence',
      'events.name',
      'events.subjectId',
      'events.customerId',
      'events.actorKind',
      'events.actorId',
      'events.requestId',
      'events.address',
      'events.before',
      'events.after',
      'events.createdAt',
      'users.name as actorName',
      'customers.name as customerName',
    ])
    .$if(subjectId !== undefined, (query) =>
      query.where('events.subjectId', 'in', typeof subjectId === 'string' ? [subjectId] : subjectId!),
    )
    .$if(customerId !== undefined, (query) => query.where('events.customerId', '=', customerId!))
    .$if(name !== undefined, (query) =>
      name!.includes('.')
        ? query.where('events.name', '=', name!)
        : query.where(sql<boolean>`events.name ^@ ${`${name!}.`}`),
    )
    .$if(except !== undefined, (query) => query.where('events.name', 'not in', except!))
    .$if(by !== undefined, (query) =>
      by!.includes('@')
        ? query
            .where('events.actorKind', '<>', 'system')
            .where('events.actorId', '=', sql<string>`(select id from users where email = ${by!.toLowerCase()})`)
        : query
            // The index holds people and their tokens; a part of the system writes so much that the newest are found without.
            .$if(/^[a-z]+_/.test(by!), (of) => of.where('events.actorKind', '<>', 'system'))
            .where('events.actorId', '=', by!),
    )
    .$if(address !== undefined, (query) => query.where('events.address', '=', address!))
    .$if(from !== undefined, (query) => query.where('events.createdAt', '>=', from!))
    .$if(until !== undefined, (query) => query.where('events.createdAt', '<', until!))
    .$if(after !== undefined, (query) => query.where('events.sequence', '<', BigInt(after!)))
    .orderBy('events.sequence', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit, (row) => String(row.sequence))
}
