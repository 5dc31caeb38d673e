import { newId } from '#platform/ids.ts'
import { startProcedure } from '#platform/procedure.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { createVps } from './create-vps.ts'
import { type Service, serviceMachine } from './service.ts'

export type NewService = Pick<
  Service,
  | 'customerId'
  | 'subscriptionId'
  | 'planId'
  | 'regionId'
  | 'imageId'
  | 'hostname'
  | 'cores'
  | 'memoryMb'
  | 'diskGb'
  | 'addressCount'
> & { sshKey: string | null }

/**
 * Opens the service of a subscription and begins to build its machine, in the caller's transaction. Memory is in MiB, the
 * disk in GiB. A subscription has one service: the database refuses a second.
 */
export async function createService(tx: Tx, input: NewService): Promise<Service> {
  const id = newId('svc')
  const service = await tx.db
    .insertInto('services')
    .values({ id, ...input, state: 'pending', createdAt: tx.now, updatedAt: tx.now })
    .returningAll()
    .executeTakeFirstOrThrow()
  const { customerId } = input
  await tx.emit('service.pending', id, { customerId, after: { state: 'pending', hostname: input.hostname } })
  const begun = await transition(tx, serviceMachine, service, 'provision')
  await startProcedure(tx, createVps, { subjectId: id, customerId, input: {} })
  return begun
}
