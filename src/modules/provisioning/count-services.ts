import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/** How many services there are that have not ended, and how many of them were last seen running. Users count their own. */
export async function countServices(app: App, actor: Actor): Promise<{ total: number; running: number }> {
  const owner = visibleWith(actor, 'service.read')
  const { total, running } = await app.db
    .selectFrom('services')
    .select(({ fn }) => [
      fn.countAll<bigint>().as('total'),
      fn.countAll<bigint>().filterWhere('state', '=', 'active').filterWhere('power', '=', 'running').as('running'),
    ])
    .where('state', '<>', 'terminated')
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow()
  return { total: Number(total), running: Number(running) }
}
