import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Actor, actorId } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { MachinePower, ServiceState } from '#platform/schema.ts'
import { getService } from './provisioning-queries.ts'
import { POWER_ACTIONS, type PowerAction } from './service.ts'

/** The facts of the log that concern whoever uses a service; the rest of it is for staff. */
const TOLD = [
  'service.pending',
  'service.provisioning',
  'service.active',
  'service.failed',
  'service.change_failed',
  'service.changed',
  'service.suspended',
  'service.terminated',
  'service.power_changed',
  'service.action_requested',
  'service.action_failed',
] as const

/** Something that happened to a service, as its customer may know it: no word of the host, no name of our people. */
export type ServiceActivity = {
  id: string
  name: (typeof TOLD)[number]
  /** The state it left, for those that tell of a new one. */
  before: ServiceState | null
  /** What was asked for, or did not work. */
  action: PowerAction | null
  /** What the host told, when that changed. */
  power: MachinePower | null
  by: 'you' | 'colleague' | 'staff' | 'system'
  at: Temporal.Instant
}

/** What happened to a service, newest first. Throws `service_not_found`, also for somebody else's. */
export async function listServiceActivity(
  app: App,
  actor: Actor,
  { serviceId, limit, after }: PageFilter & { serviceId: string },
): Promise<Page<ServiceActivity>> {
  await getService(app, actor, serviceId)
  const rows = await app.db
    .selectFrom('events')
    .select(['id', 'sequence', 'name', 'actorKind', 'actorId', 'createdAt'])
    .select([
      sql<ServiceState | null>`before->>'state'`.as('stateBefore'),
      sql<PowerAction | null>`after->>'action'`.as('action'),
      sql<MachinePower | null>`after->>'power'`.as('power'),
    ])
    .where('subjectId', '=', serviceId)
    .where('name', 'in', TOLD)
    // Suspending and the like are asked for by staff, and so is their trouble.
    .where(sql<boolean>`(after->>'action' is null or after->>'action' = any(${[...POWER_ACTIONS]}))`)
    .$if(/^\d{1,18}$/.test(after ?? ''), (query) => query.where('sequence', '<', BigInt(after!)))
    .orderBy('sequence', 'desc')
    .limit(limit + 1)
    .execute()
  const page = pageOf(rows, limit, (row) => String(row.sequence))
  const me = actorId(actor)
  return {
    ...page,
    rows: page.rows.map((row) => ({
      id: row.id,
      name: row.name as ServiceActivity['name'],
      before: row.stateBefore,
      action: row.action,
      power: row.name === 'service.power_changed' ? row.power : null,
      by:
        row.actorKind === 'user'
          ? row.actorId === me
            ? 'you'
            : 'colleague'
          : row.actorKind === 'staff'
            ? 'staff'
            : 'system',
      at: row.createdAt,
    })),
  }
}
