import type { Wait } from '#platform/procedure.ts'
import { carryOut } from './host-task.ts'
import { listServiceAddresses } from './list-service-addresses.ts'
import { machineTag } from './machine-tag.ts'
import { getOwnMachine, type ServiceStep, stepService } from './service-step.ts'

/**
 * Step: gives the machine its size, name, key, user and addresses. Says the same however often it is said. `keep` leaves out
 * addresses that it gives up, `size` is another than the service's.
 */
export async function configureMachine(
  step: ServiceStep,
  { keep = () => true, size }: { keep?: (address: string) => boolean; size?: { cores: number; memoryMb: number } } = {},
): Promise<void> {
  const { app } = step
  const service = await stepService(step)
  const machine = await getOwnMachine(app, service)
  const addresses = (await listServiceAddresses(app.db, service.id)).filter(({ address }) => keep(address))
  const image = await app.db
    .selectFrom('images')
    .select('loginUser')
    .where('id', '=', service.imageId)
    .executeTakeFirstOrThrow()
  await app.vpsHost.configure({
    node: machine.node,
    vmId: machine.vmId,
    tag: machineTag(service.id),
    hostname: service.hostname,
    cores: size?.cores ?? service.cores,
    memoryMb: size?.memoryMb ?? service.memoryMb,
    sshKeys: service.sshKey === null ? [] : [service.sshKey],
    user: image.loginUser,
    addresses: addresses.map(({ address, prefix, gateway, family }) => ({ address, prefix, gateway, family })),
    nameServers: [...new Set(addresses.flatMap((each) => each.nameServers))],
  })
}

/** Step: grows the disk from the template's size to what was bought, before the first start. */
export async function growMachineDisk(step: ServiceStep): Promise<Wait | undefined> {
  const { vpsHost } = step.app
  const service = await stepService(step)
  const { node, vmId } = await getOwnMachine(step.app, service)
  return carryOut(
    step,
    { node, vmId },
    { note: 'The disk is being enlarged.', act: () => vpsHost.growDisk(node, vmId, service.diskGb) },
  )
}

/** Step: lets the machine use its own addresses only. */
export async function protectMachineNetwork(step: ServiceStep): Promise<void> {
  const machine = await getOwnMachine(step.app, await stepService(step))
  await step.app.vpsHost.protectNetwork(machine.node, machine.vmId)
}
