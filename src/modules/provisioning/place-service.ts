import { Problem } from '#platform/problem.ts'
import { allocateAddresses, releaseAddresses } from './allocate-address.ts'
import { allocateVmId, releaseVmId } from './allocate-vm-id.ts'
import { chooseNode, type Promised } from './placement.ts'
import { type ServiceStep, stepService, stepTransaction } from './service-step.ts'

/** Step: chooses the node. The region's nodes are locked, so that two machines never count on the same room. */
export async function chooseServiceNode(step: ServiceStep): Promise<void> {
  if ((await stepService(step)).node !== null) return
  const capacities = await step.app.vpsHost.listNodes()
  await stepTransaction(step, 'running', async (tx, service) => {
    if (service.node !== null) return
    const open = await tx.db
      .selectFrom('nodes')
      .select('name')
      .where('regionId', '=', service.regionId)
      .where('active', '=', true)
      .orderBy('name')
      .forUpdate()
      .execute()
    const promised = await tx.db
      .selectFrom('services')
      .select(['node', 'memoryMb', 'diskGb'])
      .where('node', 'is not', null)
      .where('regionId', '=', service.regionId)
      .execute()
    const node = chooseNode(capacities, new Set(open.map((each) => each.name)), promised as Promised[], service)
    if (!node) throw new Problem('conflict', 'no_capacity', 'No node of this region has room for this server.')
    await tx.db.updateTable('services').set({ node, updatedAt: tx.now }).where('id', '=', service.id).execute()
  })
}

/** Undo: gives the room back. */
export async function forgetServiceNode(step: ServiceStep): Promise<void> {
  await stepTransaction(step, 'compensating', (tx, service) =>
    tx.db.updateTable('services').set({ node: null, updatedAt: tx.now }).where('id', '=', service.id).execute(),
  )
}

/** Step: reserves the number the machine will have. */
export async function reserveNumber(step: ServiceStep): Promise<void> {
  await stepTransaction(step, 'running', async (tx, service) => {
    const vmId = await allocateVmId(tx, { serviceId: service.id, range: step.app.config.proxmox.vmIds })
    await tx.db.updateTable('services').set({ vmId, updatedAt: tx.now }).where('id', '=', service.id).execute()
  })
}

/** Undo: takes the number back. */
export async function releaseNumber(step: ServiceStep): Promise<void> {
  await stepTransaction(step, 'compensating', async (tx, service) => {
    await releaseVmId(tx, { serviceId: service.id })
    await tx.db.updateTable('services').set({ vmId: null, updatedAt: tx.now }).where('id', '=', service.id).execute()
  })
}

/** Burns a number that the host says is taken by a machine of somebody else, and takes another. */
export async function replaceNumber(step: ServiceStep, burnt: number): Promise<void> {
  await stepTransaction(step, 'running', async (tx, service) => {
    if (service.vmId !== burnt) return
    await releaseVmId(tx, { serviceId: service.id })
    const vmId = await allocateVmId(tx, { serviceId: service.id, range: step.app.config.proxmox.vmIds })
    await tx.db.updateTable('services').set({ vmId, updatedAt: tx.now }).where('id', '=', service.id).execute()
  })
}

/** Step: reserves the addresses that were bought; whatever is reserved already stays. */
export async function reserveAddresses(step: ServiceStep): Promise<void> {
  await stepTransaction(step, 'running', async (tx, service) => {
    const held = await tx.db.selectFrom('addresses').select('address').where('serviceId', '=', service.id).execute()
    if (held.length > 0) return
    const { id: serviceId, customerId, regionId, addressCount: count } = service
    await allocateAddresses(tx, { serviceId, customerId, regionId, count })
  })
}

/** Undo: takes the addresses back; those a machine carried rest first. */
export async function returnAddresses(step: ServiceStep): Promise<void> {
  await stepTransaction(step, 'compensating', (tx, service) =>
    releaseAddresses(tx, { serviceId: service.id, customerId: service.customerId }),
  )
}
