import { isIPv4, isIPv6 } from 'node:net'
import type { HostTask, VpsHost } from '#modules/provisioning/vps-host.ts'
import { isProblem } from '#platform/problem.ts'
import { at, type ProxmoxClient, type Values } from './proxmox-client.ts'
import { onMachine, readStatus } from './proxmox-machines.ts'
import { AgentInterfaces } from './proxmox-shapes.ts'
import { taskOf } from './proxmox-tasks.ts'

const SHUTDOWN_SECONDS = 120

type Power = Pick<VpsHost, 'start' | 'shutdown' | 'stop' | 'restart' | 'guestAddresses'>

/** Switches machines on and off. The state is read first, so that what is so already begins no task. */
export function machinePower(client: ProxmoxClient): Power {
  const change = async (node: string, vmId: number, verb: string, values?: Values): Promise<HostTask | undefined> =>
    taskOf(await client.send('POST', at`nodes/${node}/qemu/${vmId}/status/${verb}`, values))

  return {
    start: (node, vmId) =>
      onMachine(client, node, vmId, async (here) => {
        const { power } = await readStatus(client, here, vmId)
        return power === 'running' ? undefined : change(here, vmId, power === 'paused' ? 'resume' : 'start')
      }),

    shutdown: (node, vmId, force) =>
      onMachine(client, node, vmId, async (here) => {
        const { power } = await readStatus(client, here, vmId)
        if (power === 'stopped') return undefined
        return change(here, vmId, 'shutdown', { timeout: SHUTDOWN_SECONDS, ...(force ? { forceStop: 1 } : {}) })
      }),

    stop: (node, vmId) =>
      onMachine(client, node, vmId, async (here) => {
        const { power } = await readStatus(client, here, vmId)
        if (power === 'stopped') return undefined
        // A shutdown that waits for a deaf guest holds the machine's lock; this ends it.
        return change(here, vmId, 'stop', { 'overrule-shutdown': 1 })
      }),

    restart: (node, vmId) =>
      onMachine(client, node, vmId, (here) => change(here, vmId, 'reboot', { timeout: SHUTDOWN_SECONDS })),

    guestAddresses: (node, vmId) => onMachine(client, node, vmId, (here) => askAgent(client, here, vmId)),
  }
}

const AGENT_SILENT = /guest agent|qga command|is not running/i

async function askAgent(client: ProxmoxClient, node: string, vmId: number): Promise<string[] | undefined> {
  try {
    const path = at`nodes/${node}/qemu/${vmId}/agent/network-get-interfaces`
    const { result } = await client.get(path, AgentInterfaces)
    return result?.flatMap((card) => card['ip-addresses'].map((one) => one['ip-address'])).filter(isReachable)
  } catch (error) {
    if (isProblem(error) && error.code === 'vps_host_refused' && AGENT_SILENT.test(error.message)) return undefined
    throw error
  }
}

/** Not loopback, not link-local. */
const isReachable = (address: string): boolean =>
  isIPv4(address) ? !/^(?:127|169\.254)\./.test(address) : isIPv6(address) && !/^(?:::1$|fe[89ab])/i.test(address)
