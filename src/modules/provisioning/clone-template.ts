import { isProblem } from '#platform/problem.ts'
import { type Wait, wait } from '#platform/procedure.ts'
import { waitedTask, watchTask } from './host-task.ts'
import { machineTag } from './machine-tag.ts'
import { replaceNumber } from './place-service.ts'
import type { Service } from './service.ts'
import { confirmService, findOwnMachine, type ServiceStep, stepService } from './service-step.ts'
import type { HostTask } from './vps-host.ts'

/** The step in which a copy is being made; others count it. */
export const COPY_STEP = 'wait for copy'

/** More copies at once make the storage, which nodes may share, refuse them with lock time-outs. */
const COPIES_AT_ONCE = 2

/**
 * Step: begins the copy of the template. Looks first whether an earlier try, whose answer was lost, began it; the number
 * belongs to this service alone, so that even a copy that begins late cannot become a second machine.
 */
export async function cloneTemplate(step: ServiceStep): Promise<{ cloneTask?: HostTask } | Wait> {
  const service = await confirmService(step, 'running')
  const { vmId } = placed(service)
  const known = await findClone(step, service)
  if (known === 'taken') return takeAnotherNumber(step, vmId)
  if (known) return known.task ? { cloneTask: known.task } : {}
  if ((await copiesNow(step)) >= COPIES_AT_ONCE) return wait(2, 'Other machines are being copied; this one is next.')
  try {
    return { cloneTask: await beginClone(step, service) }
  } catch (error) {
    if (isProblem(error) && error.code === 'vm_id_taken') {
      const late = await findClone(step, service)
      if (late !== 'taken') return wait(1, 'A copy begun earlier has appeared.')
      return takeAnotherNumber(step, vmId)
    }
    throw error
  }
}

/** Step: waits until the copy is whole. A copy that the host gave up for want of a lock is begun anew. */
export async function awaitClone(step: ServiceStep, first: HostTask | undefined): Promise<Wait | undefined> {
  const service = await stepService(step)
  const note = 'The image is being copied.'
  const task = waitedTask(step, note) ?? first
  const lookAgain = wait(1, note, task && { ...task, note })
  const state = task && (await step.app.vpsHost.taskState(task))
  if (state?.state === 'running') return lookAgain
  const { node, vmId } = placed(service)
  if (await step.app.vpsHost.findRunningTask(node, vmId)) return lookAgain
  const machine = await findOwnMachine(step.app, service)
  if (machine) return machine.lock === undefined ? undefined : wait(2, `The machine is locked (${machine.lock}).`)
  // Without a machine the task's own outcome tells whether another try makes sense.
  if (task && state?.state === 'failed' && !state.retryable) await watchTask(step, task, note)
  await confirmService(step, 'running')
  await step.log(`The host gave up the copy${state?.state === 'failed' ? `: ${state.reason}` : ''}; it is begun again.`)
  return wait(5, note, { ...(await beginClone(step, service)), note })
}

const placed = ({ id, node, vmId }: Service): { node: string; vmId: number } => {
  if (node === null || vmId === null) throw new Error(`Service ${id} has no place yet`)
  return { node, vmId }
}

async function beginClone({ app }: ServiceStep, service: Service): Promise<HostTask> {
  const image = await app.db
    .selectFrom('images')
    .select('templateVmId')
    .where('id', '=', service.imageId)
    .executeTakeFirstOrThrow()
  return app.vpsHost.cloneTemplate({
    ...placed(service),
    templateVmId: image.templateVmId,
    name: service.hostname,
    tag: machineTag(service.id),
  })
}

/** What an earlier try left: our machine or its task, `taken` when the number carries somebody else's, or nothing. */
async function findClone(
  { app }: ServiceStep,
  service: Service,
): Promise<{ task: HostTask | undefined } | 'taken' | undefined> {
  const { node, vmId } = placed(service)
  const machine = await app.vpsHost.findMachine(vmId)
  const task = await app.vpsHost.findRunningTask(machine?.node ?? node, vmId)
  // While it is being copied a machine shows nobody's tag; nobody but us makes copies with our numbers.
  if (machine?.lock === 'clone' || (task && !machine)) return { task }
  if (!machine) return undefined
  return (await app.vpsHost.isOurs(vmId, machineTag(service.id))) ? { task } : 'taken'
}

async function takeAnotherNumber(step: ServiceStep, burnt: number): Promise<Wait> {
  await replaceNumber(step, burnt)
  await step.log(`Number ${burnt} carries a machine that is not ours; taking another.`)
  return wait(0, 'The number was taken; using another.')
}

/** How many machines other runs are copying. Nearly right is enough: it only spares the storage. */
async function copiesNow({ app, procedureId }: ServiceStep): Promise<number> {
  const { copies } = await app.db
    .selectFrom('procedures')
    .innerJoin('procedureSteps', 'procedureSteps.procedureId', 'procedures.id')
    .where('procedures.state', '=', 'running')
    .where('procedures.id', '<>', procedureId)
    .where('procedureSteps.name', '=', COPY_STEP)
    .where('procedureSteps.state', 'in', ['running', 'waiting'])
    .select((each) => each.fn.countAll<bigint>().as('copies'))
    .executeTakeFirstOrThrow()
  return Number(copies)
}
