import type { App } from '#app/app.ts'
import { servicesWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/** How many services there are that have not ended, and how many of them were last seen running. Users count their own. */
export async function countServices(app: App, actor: Actor): Promise<{ total: number; running: number }> {
  const { customerId, serviceIds } = servicesWith(actor, 'service.read')
  const { total, running } = await app.db
    .selectFrom('services')
    .select(({ fn }) => [
      fn.countAll<bigint>().as('total'),
      fn.countAll<bigint>().filterWhere('state', '=', 'active').filterWhere('power', '=', 'running').as('running'),
    ])
    .where('state', '<>', 'terminated')
    .$if(customerId !== undefined, (query) => query.where('customerId', '=', customerId!))
    .$if(serviceIds !== undefined, (query) => query.where('id', 'in', serviceIds!))
    .executeTakeFirstOrThrow()
  return { total: Number(total), running: Number(running) }
}
