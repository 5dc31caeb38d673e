import { z } from 'zod'
import { Problem } from '#platform/problem.ts'
import { type StepContext, type Wait, wait } from '#platform/procedure.ts'
import type { HostTask } from './vps-host.ts'

type TaskStep = Pick<StepContext<object, object>, 'app' | 'log' | 'waitsFor' | 'undoing'>

/** Time for a lock to be let go, or for a host to come back. */
const PASSING_SECONDS = 5
/** Undoing has no other way out than to try again, so what the host refuses for good is asked for at this pace. */
const UNDO_SECONDS = 20

const Waited = z.object({ node: z.string(), taskId: z.string(), note: z.string() })

/** The task that this step began with that note and waits for; undefined when it waits for none. */
export function waitedTask({ waitsFor }: TaskStep, note: string): HostTask | undefined {
  const waited = Waited.safeParse(waitsFor)
  if (!waited.success || waited.data.note !== note) return undefined
  return { node: waited.data.node, taskId: waited.data.taskId }
}

/**
 * Looks at a task of ours once: undefined when it is done, a wait that remembers it while it runs. Throws `host_task_failed`
 * with the host's words when it failed for good. What failed for a cause that passes is told to staff and forgotten, so that
 * after the wait the step begins anew; so is, while undoing, all that fails.
 */
export async function watchTask(step: TaskStep, task: HostTask, note: string): Promise<Wait | undefined> {
  const outcome = await step.app.vpsHost.taskState(task)
  if (outcome.state === 'running') return wait(1, note, { ...task, note })
  if (outcome.state === 'done') return undefined
  const { reason, retryable } = outcome
  if (!retryable && !step.undoing) throw new Problem('conflict', 'host_task_failed', reason)
  const seconds = retryable ? PASSING_SECONDS : UNDO_SECONDS
  await step.log(`The host gave up: ${reason} It is asked again in ${seconds} s.`)
  return wait(seconds, reason)
}

/**
 * Has the host do something to a machine, once: watches the task that this step began before, waits for any other that is at
 * work on the machine, and acts when there is neither. Undefined when the host has nothing to do, or has done it; the caller
 * looks at the machine. `act` looks before it acts, since a task that failed is followed by another.
 */
export async function carryOut(
  step: TaskStep,
  { node, vmId }: { node: string; vmId: number },
  { note, act }: { note: string; act: () => Promise<HostTask | undefined> },
): Promise<Wait | undefined> {
  const begun = waitedTask(step, note)
  const waiting = begun && (await watchTask(step, begun, note))
  if (waiting) return waiting
  // It may be what a lost answer told of, or somebody else's work: how it ends is seen on the machine.
  if (await step.app.vpsHost.findRunningTask(node, vmId)) return wait(1, note)
  const task = await act()
  return task && watchTask(step, task, note)
}
