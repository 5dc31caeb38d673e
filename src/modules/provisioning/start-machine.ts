import { type Wait, wait } from '#platform/procedure.ts'
import { listServiceAddresses } from './list-service-addresses.ts'
import { bringMachine, getOwnMachine, type ServiceStep, stepService } from './service-step.ts'

/** Guests without an agent never answer; after this long on, they count as started. */
const BOOT_SECONDS = 45

/** Step: switches the machine on; done when the host says that it runs. */
export async function startMachine(step: ServiceStep): Promise<Wait | undefined> {
  return bringMachine(step, await stepService(step), {
    note: 'The server is being started.',
    reached: (machine) => machine.power === 'running',
    act: (machine) => step.app.vpsHost.start(machine.node, machine.vmId),
  })
}

/** Step: waits until the guest itself shows one of its addresses, or has run long enough to have booted. */
export async function awaitAnswer(step: ServiceStep): Promise<Wait | undefined> {
  const { app } = step
  const service = await stepService(step)
  const machine = await getOwnMachine(app, service)
  if (machine.power !== 'running') return wait(2, 'The server has gone off while booting.')
  const shown = await app.vpsHost.guestAddresses(machine.node, machine.vmId)
  const own = await listServiceAddresses(app.db, service.id)
  if (shown?.some((address) => own.some((each) => each.address === address))) return undefined
  return machine.uptimeSeconds >= BOOT_SECONDS ? undefined : wait(2, 'The server is booting.')
}
