import { isProblem } from '#platform/problem.ts'
import { type Wait, wait } from '#platform/procedure.ts'
import { markAddressesUsed } from './allocate-address.ts'
import { carryOut } from './host-task.ts'
import { machineTag } from './machine-tag.ts'
import type { Service } from './service.ts'
import { confirmService, findOwnMachine, type ServiceStep, stepTransaction } from './service-step.ts'
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
  if (!machine)
    return (await isAtWork(step, service)) ? wait(1, 'The host is still at work on the machine.') : undefined
  const { vmId } = machine
  const isOff = machine.power === 'stopped'
  const act = async (): Promise<HostTask | undefined> => {
    await stepTransaction(step, direction, (tx) => markAddressesUsed(tx, service.id))
    return isOff ? vpsHost.destroy(vmId, machineTag(service.id)) : vpsHost.stop(machine.node, vmId)
  }
  const note = isOff ? 'The machine is being removed.' : 'The machine is being switched off.'
  return (await carryOut(step, machine, { note, act })) ?? wait(0, isOff ? 'It is removed.' : 'It is off.')
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

/** Whether a machine that cannot be seen is being made, or is going just now. */
async function isAtWork({ app }: ServiceStep, { node, vmId }: Service): Promise<boolean> {
  return node !== null && vmId !== null && (await app.vpsHost.findRunningTask(node, vmId)) !== undefined
}
