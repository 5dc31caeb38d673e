import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { MachineBackup, MachineStatus, VpsHost } from './vps-host.ts'

type Power = 'running' | 'stopped'

/**
 * A host for forecasts: it knows the machines of the services as they are when it is made, does at once what it is told, and
 * touches nothing. Nothing is built in a forecast: whoever asks is refused.
 */
export async function assumedHost(db: App['db'], now: () => Temporal.Instant): Promise<VpsHost> {
  const services = await db
    .selectFrom('services')
    .select(['vmId', 'node', 'hostname', 'state', 'power'])
    .where('vmId', 'is not', null)
    .execute()
  const machines = new Map<number, { node: string; name: string; power: Power }>(
    services.map(({ vmId, node, hostname, state, power }) => [
      vmId!,
      {
        node: node ?? 'forecast',
        name: hostname,
        power: state === 'suspended' || power === 'stopped' ? 'stopped' : 'running',
      },
    ]),
  )
  const backups: MachineBackup[] = []
  const bring = (vmId: number, power: Power): Promise<undefined> => {
    const machine = machines.get(vmId)
    if (machine) machine.power = power
    return Promise.resolve(undefined)
  }
  const refuse = (): Promise<never> =>
    Promise.reject(new Problem('conflict', 'vps_host_refused', 'Nothing is built in a forecast.'))
  return {
    ping: () => Promise.resolve(),
    listNodes: () => Promise.resolve([]),
    listMachines: () => Promise.resolve([...machines].map(([vmId, machine]) => statusOf(vmId, machine))),
    findMachine: (vmId) => {
      const machine = machines.get(vmId)
      return Promise.resolve(machine && statusOf(vmId, machine))
    },
    cloneTemplate: refuse,
    isOurs: (vmId) => Promise.resolve(machines.has(vmId)),
    findRunningTask: () => Promise.resolve(undefined),
    taskState: () => Promise.resolve({ state: 'done' }),
    configure: () => Promise.resolve(),
    growDisk: () => Promise.resolve(undefined),
    protectNetwork: () => Promise.resolve(),
    start: (_node, vmId) => bring(vmId, 'running'),
    shutdown: (_node, vmId) => bring(vmId, 'stopped'),
    stop: (_node, vmId) => bring(vmId, 'stopped'),
    restart: (_node, vmId) => bring(vmId, 'running'),
    guestAddresses: () => Promise.resolve(undefined),
    backUp: ({ node, vmId, note }) => {
      const kept = { storage: 'forecast', volumeId: `forecast:${note}`, sizeBytes: 0, madeAt: now() }
      backups.push({ vmId, node, note, ...kept })
      return Promise.resolve({ node, taskId: note })
    },
    listBackups: ({ vmId }) => Promise.resolve(backups.filter((each) => vmId === undefined || each.vmId === vmId)),
    deleteBackup: () => Promise.resolve(undefined),
    destroy: (vmId) => {
      machines.delete(vmId)
      return Promise.resolve(undefined)
    },
  }
}

const statusOf = (vmId: number, machine: { node: string; name: string; power: Power }): MachineStatus => ({
  vmId,
  ...machine,
  template: false,
  tags: [],
  lock: undefined,
  // Long enough to count as booted.
  uptimeSeconds: machine.power === 'running' ? 3_600 : 0,
  cpuLoad: 0,
  memoryUsedMb: 0,
  memoryTotalMb: 0,
})
