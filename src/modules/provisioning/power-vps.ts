import { sql } from 'kysely'
import { z } from 'zod'
import { type Procedure, procedure, type StepContext, type Wait, wait } from '#platform/procedure.ts'
import type { MachinePower } from '#platform/schema.ts'
import { waitedTask, watchTask } from './host-task.ts'
import { lockService } from './lock-service.ts'
import { recordPower } from './record-power.ts'
import { POWER_ACTIONS, type PowerAction } from './service.ts'
import { confirmService, getOwnMachine, type ServiceStep, stepService } from './service-step.ts'
import type { HostTask, MachineStatus } from './vps-host.ts'

const Input = z.strictObject({ action: z.enum(POWER_ACTIONS) })
type Input = z.output<typeof Input>
type Memory = { task: HostTask; seen: MachinePower }
type Step = StepContext<Input, Memory>

const WANTED: Record<PowerAction, MachinePower> = {
  start: 'running',
  restart: 'running',
  shutdown: 'stopped',
  stop: 'stopped',
}

/** Switches a machine on or off, or anew. The service shows the new state only after the host has told it. */
export const powerVps: Procedure<Input, Memory> = procedure<Input, Memory>({
  name: 'provisioning.power-vps',
  input: Input,
  steps: [
    { name: 'send action', do: sendAction },
    { name: 'wait for host', do: awaitTask },
    { name: 'see the result', do: seeResult, patienceSeconds: 60 },
  ],
  async onCompleted(tx, { subjectId, input, memory }) {
    await recordPower(tx, await lockService(tx, subjectId), memory.seen ?? WANTED[input.action])
  },
  async onCompensated(tx, { subjectId, input, error }) {
    const { customerId } = await lockService(tx, subjectId)
    await tx.emit('service.action_failed', subjectId, { customerId, after: { action: input.action, error } })
  },
})

async function sendAction(step: Step): Promise<Partial<Memory> | Wait> {
  const service = await confirmService(step, 'running')
  const machine = await getOwnMachine(step.app, service)
  // It may be what we sent before a crash, or a backup: either way the outcome is seen when it ends.
  if (await step.app.vpsHost.findRunningTask(machine.node, machine.vmId))
    return wait(1, 'The host is at work on the machine.')
  if (await isDone(step, machine)) return {}
  const task = await actions[actionOn(machine, step.input.action)](step, machine)
  return task ? { task } : {}
}

const actions: Record<PowerAction, (step: ServiceStep, machine: MachineStatus) => Promise<HostTask | undefined>> = {
  start: ({ app }, { node, vmId }) => app.vpsHost.start(node, vmId),
  stop: ({ app }, { node, vmId }) => app.vpsHost.stop(node, vmId),
  shutdown: ({ app }, { node, vmId }) => app.vpsHost.shutdown(node, vmId, true),
  restart: ({ app }, { node, vmId }) => app.vpsHost.restart(node, vmId),
}

/** A machine that is off cannot restart, and one that is paused cannot shut down: each gets the nearest that works. */
function actionOn({ power }: MachineStatus, action: PowerAction): PowerAction {
  if (action === 'restart' && power === 'stopped') return 'start'
  if (action === 'shutdown' && power === 'paused') return 'stop'
  return action
}

async function isDone(step: Step, machine: MachineStatus): Promise<boolean> {
  if (machine.power !== WANTED[step.input.action]) return false
  // Only a machine that came up since this was asked has been restarted; after a lost answer that tells.
  return step.input.action !== 'restart' || machine.uptimeSeconds < (await ageSeconds(step))
}

/** Wall-clock seconds since the procedure's first step began, on the database's clock. */
async function ageSeconds({ app, procedureId }: ServiceStep): Promise<number> {
  const { rows } = await sql<{ age: number }>`
    select extract(epoch from clock_timestamp() - min(started_at))::float8 as age
    from procedure_steps where procedure_id = ${procedureId}`.execute(app.db)
  return rows[0]?.age ?? 0
}

/** A task that failed for a cause that passes is followed by another, unless the machine shows that it worked. */
async function awaitTask(step: Step): Promise<Wait | undefined> {
  const note = 'The host is at work.'
  const task = waitedTask(step, note) ?? step.memory.task
  if (!task) return undefined
  const waiting = await watchTask(step, task, note)
  if (!waiting || waiting.waitsFor) return waiting
  const sent = await sendAction(step)
  if ('waitSeconds' in sent) return sent
  return sent.task && wait(waiting.waitSeconds, waiting.note, { ...sent.task, note })
}

async function seeResult(step: Step): Promise<Partial<Memory> | Wait> {
  const { power } = await getOwnMachine(step.app, await stepService(step))
  return power === WANTED[step.input.action] ? { seen: power } : wait(1, 'Waiting for the server to follow.')
}
