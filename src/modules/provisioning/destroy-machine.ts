import { isProblem } from '#platform/problem.ts'
import { type Wait, wait } from '#platform/procedure.ts'
import { markAddressesUsed } from './allocate-address.ts'
import { machineTag } from './machine-tag.ts'
import type { Service } from './service.ts'
import { confirmService, findOwnMachine, type ServiceStep, stepTransaction, watchTask } from './service-step.ts'
import type { HostTask, MachineStatus } from './vps-host.ts'

/**
 * Switches off and destroys a service's machine, if it carries our tag; its addresses are marked as used first. Undefined
 * once the host has no such machine. Each pass re-reads the service under its lock. A machine of somebody else is left
 * alone: undoing goes on without it; ending a service throws `machine_not_ours`, since its own machine may still run.
 */
export async function destroyMachine(
  step: ServiceStep,
  direction: 'running' | 'compensating',
): Promise<Wait | undefined> {
  const { vpsHost } = step.app
  const service = await confirmService(step, direction)
  if (service.vmId === null) return undefined
  const machine = direction === 'running' ? await findOwnMachine(step.app, service) : await findOurs(step, service)
  if (machine === 'foreign') return undefined
  const running = await findTask(step, service, machine)
  if (running) return watchTask(step.app, running, 'The host is still at work on the machine.')
  if (!machine) return undefined
  const { node, vmId } = machine
  await stepTransaction(step, direction, (tx) => markAddressesUsed(tx, service.id))
  if (machine.power !== 'stopped') {
    const task = await vpsHost.stop(node, vmId)
    return (task && (await watchTask(step.app, task, 'The machine is being switched off.'))) ?? wait(0, 'It is off.')
  }
  const task = await vpsHost.destroy(vmId, machineTag(service.id))
  return (task && (await watchTask(step.app, task, 'The machine is being removed.'))) ?? wait(0, 'It is removed.')
}

async function findOurs(step: ServiceStep, service: Service): Promise<MachineStatus | 'foreign' | undefined> {
  try {
    return await findOwnMachine(step.app, service)
  } catch (error) {
    if (!isProblem(error) || error.code !== 'machine_not_ours') throw error
    await step.log(`Machine ${service.vmId} does not carry our tag; it is left alone.`)
    return 'foreign'
  }
}

async function findTask(
  step: ServiceStep,
  service: Service,
  machine: MachineStatus | undefined,
): Promise<HostTask | undefined> {
  const node = machine?.node ?? service.node
  if (node === null || service.vmId === null) return undefined
  return step.app.vpsHost.findRunningTask(node, service.vmId)
}
