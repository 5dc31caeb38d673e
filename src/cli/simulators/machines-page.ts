import { html } from 'hono/html'
import type { Html } from '#platform/simulation-page.ts'
import { option } from './calls-page.ts'
import type { Machine, MachinePart, Node } from './parts.ts'

/** Proxmox: its nodes with what is left on them, and the machines they carry. */
export function machinesBody(part: MachinePart): Html {
  const nodes = part.nodes()
  const running = part.runningTasks()
  const machines = nodes.reduce((sum, node) => sum + node.machines.length, 0)
  return html`<div class="head">
      <h1>Proxmox <span class="muted">${nodes.length} nodes · ${machines} machines</span></h1>
      <form method="post" action="/machines/finish">
        <button ${running === 0 ? html`disabled` : ''}>
          Finish ${running} ${running === 1 ? 'task' : 'tasks'} now
        </button>
      </form>
      <a class="button" href="/machines">Refresh</a>
    </div>
    ${nodes.map(nodeCard)} ${taskForm()}`
}

/** What a task of Proxmox may end with, in its own words. */
export const TASK_ENDS: { label: string; type: string; exit: string }[] = [
  { label: 'Clone: no space', type: 'qmclone', exit: "clone failed: storage 'ceph': no space left on device" },
  { label: 'Clone: lock time-out', type: 'qmclone', exit: "cfs-lock 'storage-ceph' error: got lock request timeout" },
  { label: 'Resize: refused', type: 'resize', exit: 'command failed: exit code 1' },
  {
    label: 'Start: out of memory',
    type: 'qmstart',
    exit: 'start failed: QEMU exited with code 1: Cannot allocate memory',
  },
  { label: 'Start: with warnings', type: 'qmstart', exit: 'WARNINGS: 1' },
  { label: 'Shutdown: no answer', type: 'qmshutdown', exit: 'VM quit/powerdown failed - got timeout' },
]

const taskForm = (): Html =>
  html`<form class="card form" method="post" action="/machines/end-task">
    <h2>How the next task ends</h2>
    <label for="end">Ending</label>
    <select id="end" name="end">
      ${TASK_ENDS.map(({ label }, index) => option(String(index), label, '0'))}
    </select>
    <button>Let it end so</button>
  </form>`

const nodeCard = (node: Node): Html =>
  html`<section class="card node">
    <header>
      <h2>${node.name}</h2>
      ${node.broken ? html`<span class="badge bad">broken</span>` : html`<span class="badge ok">online</span>`}
      <form method="post" action="/machines/${node.broken ? 'repair' : 'break'}">
        <input type="hidden" name="node" value="${node.name}" />
        <button class="${node.broken ? '' : 'danger'}">${node.broken ? 'Repair' : 'Break'} ${node.name}</button>
      </form>
    </header>
    <dl class="gauges">
      ${gauge('Cores', node.cores, String)} ${gauge('Memory', node.memoryBytes, gibibytes)}
      ${gauge('Disk', node.diskBytes, gibibytes)}
    </dl>
    ${node.machines.length > 0 ? machineTable(node.machines) : html`<p class="nothing muted">No machines.</p>`}
  </section>`

const gibibytes = (bytes: number): string => `${Math.round((bytes / 2 ** 30) * 10) / 10} GiB`

const gauge = (
  label: string,
  { used, total }: { used: number; total: number },
  show: (value: number) => string,
): Html =>
  html`<div>
    <dt>${label}</dt>
    <dd>
      ${show(used)} of ${show(total)} <meter min="0" max="${total}" value="${used}" aria-label="${label} used"></meter>
    </dd>
  </div>`

const machineTable = (machines: Machine[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Machines">
    <table class="machines">
      <thead>
        <tr>
          <th scope="col">VMID</th>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col" class="number">Cores</th>
          <th scope="col" class="number">Memory</th>
          <th scope="col" class="number">Disk</th>
        </tr>
      </thead>
      <tbody>
        ${machines.map(
          (machine) =>
            html`<tr>
              <td class="mono">${machine.vmId}</td>
              <td>${machine.name}${machine.template ? html` <span class="muted">template</span>` : ''}</td>
              <td>
                <span class="badge ${machine.status === 'running' ? 'ok' : ''}">${machine.status}</span>
                ${machine.lock ? html`<span class="badge warn">${machine.lock}</span>` : ''}
              </td>
              <td class="number">${machine.cores}</td>
              <td class="number">${gibibytes(machine.memoryBytes)}</td>
              <td class="number">${gibibytes(machine.diskBytes)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
