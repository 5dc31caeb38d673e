import type { HostTask, HostTaskState } from '#modules/provisioning/vps-host.ts'
import { isProblem } from '#platform/problem.ts'
import { at, type ProxmoxClient } from './proxmox-client.ts'
import { unavailable } from './proxmox-problems.ts'
import { TaskList, TaskLog, TaskStatus, Upid, type TaskEntry } from './proxmox-shapes.ts'

/** The task a write began. Its id names the node it runs on, which for a clone is the template's. */
export function taskOf(answer: unknown): HostTask | undefined {
  const upid = Upid.safeParse(answer)
  if (!upid.success) throw unavailable(`a task id was expected, not ${JSON.stringify(answer)}`)
  const node = upid.data?.split(':')[1]
  return upid.data && node ? { node, taskId: upid.data } : undefined
}

/** A task that found its work done already. */
const NOTHING_TO_DO: Record<string, RegExp> = {
  qmstart: /already running/,
  qmstop: /not running/,
  qmshutdown: /not running/,
}

/** Held locks, another task's machine on the number (look whose it is), and logs cut off when a node went down. */
const RETRYABLE =
  /can't lock file|lock request timeout|trying to acquire|is locked|no quorum|config file already exists|unexpected status/i

export async function taskState(client: ProxmoxClient, task: HostTask): Promise<HostTaskState> {
  let answer: TaskStatus
  try {
    answer = await client.get(at`nodes/${task.node}/tasks/${task.taskId}/status`, TaskStatus)
  } catch (error) {
    if (!isProblem(error) || !/no such task/i.test(error.message)) throw error
    return { state: 'failed', reason: 'The host does not know this task any more.', retryable: true }
  }
  const { status, type, exitstatus = 'unexpected status' } = answer
  if (status === 'running') return { state: 'running' }
  if (exitstatus === 'OK' || exitstatus.startsWith('WARNINGS')) return { state: 'done' }
  // A backup that fails says only that it did; why stands in its log.
  if (type === 'vzdump')
    return { state: 'failed', reason: await whyItFailed(client, task, exitstatus), retryable: true }
  const kind = type ?? task.taskId.split(':')[5] ?? ''
  if (NOTHING_TO_DO[kind]?.test(exitstatus)) return { state: 'done' }
  return { state: 'failed', reason: exitstatus, retryable: RETRYABLE.test(exitstatus) }
}

async function whyItFailed(client: ProxmoxClient, task: HostTask, otherwise: string): Promise<string> {
  const log = await client.get(at`nodes/${task.node}/tasks/${task.taskId}/log`, TaskLog, { limit: 500 })
  const said = log.findLast(({ t }) => t.startsWith('ERROR: ') && !t.includes('job errors'))?.t
  return said?.replace(/^ERROR: /, '') ?? otherwise
}

/** Consoles are tasks too, but change nothing. */
const CONSOLES = new Set(['vncproxy', 'termproxy', 'spiceproxy', 'vncshell'])

const isRunning = (task: TaskEntry): boolean =>
  task.endtime === undefined && (task.status ?? 'RUNNING').toUpperCase() === 'RUNNING'

/**
 * A copy counts on its template, but its log says at once which number it makes. Asking for it closes the gap in which
 * a copy has begun and its machine cannot be seen yet.
 */
export async function findRunningTask(
  client: ProxmoxClient,
  node: string,
  vmId: number,
): Promise<HostTask | undefined> {
  const tasks = await client.get(at`nodes/${node}/tasks`, TaskList, { source: 'active', vmid: vmId })
  const own = tasks.find((task) => task.id === String(vmId) && isRunning(task) && !CONSOLES.has(task.type))
  if (own) return taskOf(own.upid)
  const makes = new RegExp(`with ID ${vmId}\\b`)
  for (const clone of await runningClones(client)) {
    const task = taskOf(clone.upid)
    if (!task) continue
    const log = await client.get(at`nodes/${task.node}/tasks/${task.taskId}/log`, TaskLog, { limit: 5 })
    if (log.some(({ t }) => makes.test(t))) return task
  }
  return undefined
}

/** Copies of ours that are being made anywhere in the cluster. */
export async function runningClones(client: ProxmoxClient): Promise<TaskEntry[]> {
  const tasks = await client.get('cluster/tasks', TaskList)
  return tasks.filter((task) => task.type === 'qmclone' && isRunning(task))
}
