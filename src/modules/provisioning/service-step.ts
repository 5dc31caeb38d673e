import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { type StepContext, type Wait, wait } from '#platform/procedure.ts'
import type { Tx } from '#platform/transaction.ts'
import { carryOut } from './host-task.ts'
import { lockService, serviceNotFound } from './lock-service.ts'
import { machineTag } from './machine-tag.ts'
import type { Service } from './service.ts'
import type { HostTask, MachineStatus } from './vps-host.ts'

/** What every step on a service's machine is given. */
export type ServiceStep = Pick<
  StepContext<object, object>,
  'app' | 'procedureId' | 'subjectId' | 'log' | 'waitsFor' | 'undoing'
>

const actor = system('provisioning')

/** The service a step works on, as it is now. */
export async function stepService({ app, subjectId }: ServiceStep): Promise<Service> {
  const service = await app.db.selectFrom('services').selectAll().where('id', '=', subjectId).executeTakeFirst()
  if (!service) throw serviceNotFound()
  return service
}

/**
 * One transaction of a step, with its service locked. Throws when the run no longer goes that way: a worker that slept
 * through its lease must not add to what another has undone.
 */
export async function stepTransaction<T>(
  { app, procedureId, subjectId }: ServiceStep,
  direction: 'running' | 'compensating',
  work: (tx: Tx, service: Service) => Promise<T>,
): Promise<T> {
  return app.transaction(actor, async (tx) => {
    const live = await tx.db
      .selectFrom('procedures')
      .select('id')
      .where('id', '=', procedureId)
      .where('state', '=', direction)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!live) throw new Error(`Procedure ${procedureId} is no longer ${direction}`)
    return work(tx, await lockService(tx, subjectId))
  })
}

/** Re-reads the service under its lock, right before something is switched off or destroyed. */
export const confirmService = (step: ServiceStep, direction: 'running' | 'compensating'): Promise<Service> =>
  stepTransaction(step, direction, async (_tx, service) => service)

/** The service's machine, proven to carry our tag; undefined when the host has none. Throws `machine_not_ours`. */
export async function findOwnMachine(app: App, service: Service): Promise<MachineStatus | undefined> {
  if (service.vmId === null) return undefined
  const machine = await app.vpsHost.findMachine(service.vmId)
  if (!machine) return undefined
  if (!(await app.vpsHost.isOurs(service.vmId, machineTag(service.id)))) throw notOurs(service.vmId)
  return machine
}

/** Like findOwnMachine, where there must be one. Throws `machine_missing` otherwise. */
export async function getOwnMachine(app: App, service: Service): Promise<MachineStatus> {
  const machine = await findOwnMachine(app, service)
  if (!machine) throw new Problem('not_found', 'machine_missing', `The host has no machine ${service.vmId ?? 'yet'}.`)
  return machine
}

const notOurs = (vmId: number): Problem =>
  new Problem('conflict', 'machine_not_ours', `Machine ${vmId} does not carry our tag; it is left alone.`)

/** Where a machine is to be brought, and what brings it there. */
export type Aim = {
  note: string
  reached(machine: MachineStatus): boolean
  act(machine: MachineStatus): Promise<HostTask | undefined>
}

/**
 * Brings a service's machine where it is aimed at: looks first, watches what runs already and acts only when nothing
 * does, so that it may be said any number of times. Undefined once the host itself says that it is there.
 */
export async function bringMachine(step: ServiceStep, service: Service, aim: Aim): Promise<Wait | undefined> {
  const machine = await getOwnMachine(step.app, service)
  if (aim.reached(machine)) return undefined
  const waiting = await carryOut(step, machine, { note: aim.note, act: () => aim.act(machine) })
  if (waiting) return waiting
  return aim.reached(await getOwnMachine(step.app, service)) ? undefined : wait(1, aim.note)
}
