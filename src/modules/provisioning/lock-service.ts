import { servicesWith } from '#modules/accounts/permissions.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Schema } from '#platform/schema.ts'
import { actionRunning, type Service } from './service.ts'

export const serviceNotFound = (): Problem => new Problem('not_found', 'service_not_found', 'There is no such service.')

/** Locks a service of the transaction's actor. Throws `service_not_found`, also for somebody else's. */
export async function lockService(tx: Tx, serviceId: string): Promise<Service> {
  const { customerId, serviceIds } = servicesWith(tx.actor, 'service.read')
  const service = await tx.db
    .selectFrom('services')
    .selectAll()
    .where('id', '=', serviceId)
    .$if(customerId !== undefined, (query) => query.where('customerId', '=', customerId!))
    .$if(serviceIds !== undefined, (query) => query.where('id', 'in', serviceIds!))
    .forUpdate()
    .executeTakeFirst()
  if (!service) throw serviceNotFound()
  return service
}

/** The procedure that works on something now, if any: running, undoing or stuck. */
async function findLiveProcedure(tx: Tx, subjectId: string): Promise<Schema['procedures'] | undefined> {
  return tx.db
    .selectFrom('procedures')
    .selectAll()
    .where('subjectId', '=', subjectId)
    .where('state', 'in', ['running', 'compensating', 'stuck'])
    .executeTakeFirst()
}

/** Refuses with `action_running` while a procedure works on the service. The caller holds the service's lock. */
export async function requireNoProcedure(tx: Tx, serviceId: string): Promise<void> {
  const live = await findLiveProcedure(tx, serviceId)
  if (live) throw actionRunning(live.name)
}
