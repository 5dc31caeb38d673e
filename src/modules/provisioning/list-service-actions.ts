import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { ProcedureState } from '#platform/schema.ts'
import { powerVps } from './power-vps.ts'
import { getService } from './provisioning-queries.ts'
import type { PowerAction } from './service.ts'

/** A power action that was asked for, and how far it is; its id is the procedure's. */
export type ServiceAction = {
  id: string
  action: PowerAction
  state: ProcedureState
  createdAt: Temporal.Instant
  finishedAt: Temporal.Instant | null
}

/** The power actions of a service, newest first. Throws `service_not_found`, also for somebody else's. */
export async function listServiceActions(
  app: App,
  actor: Actor,
  { serviceId, ...filter }: PageFilter & { serviceId: string },
): Promise<Page<ServiceAction>> {
  await getService(app, actor, serviceId)
  const rows = await app.db
    .selectFrom('procedures')
    .select(['id', 'state', 'createdAt', 'finishedAt'])
    .select(sql<PowerAction>`input->>'action'`.as('action'))
    .where('subjectId', '=', serviceId)
    .where('name', '=', powerVps.name)
    .$if(filter.after !== undefined, (query) => query.where('id', '<', filter.after!))
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}
