import { setTimeout as pause } from 'node:timers/promises'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import type { MachinePower } from '#platform/schema.ts'
import { getService } from './provisioning-queries.ts'
import type { MachineStatus } from './vps-host.ts'

/** How a machine stands. `live`: the host said so just now; otherwise it is what was last seen, at `seenAt`. */
export type LiveStatus = {
  live: boolean
  power: MachinePower | 'unknown' | null
  seenAt: Temporal.Instant | null
  /** Only while live and running. */
  load?: { uptimeSeconds: number; cpuLoad: number; memoryUsedMb: number; memoryTotalMb: number }
}

/** A person waits for the page; a host that takes longer is asked again by the next one. */
const TIMEOUT_MS = 2_000

/**
 * Asks the host how a service's machine stands, for two seconds at most, and falls back to what was last seen. Never
 * throws for trouble of the host; throws `service_not_found` for somebody else's service.
 */
export async function readLiveStatus(app: App, actor: Actor, serviceId: string): Promise<LiveStatus> {
  const service = await getService(app, actor, serviceId)
  const machine = service.vmId === null ? undefined : await askHost(app, service.vmId)
  if (!machine || machine.power === 'unknown') return { live: false, power: service.power, seenAt: service.powerSeenAt }
  const { power, uptimeSeconds, cpuLoad, memoryUsedMb, memoryTotalMb } = machine
  const load = { uptimeSeconds, cpuLoad, memoryUsedMb, memoryTotalMb }
  return { live: true, power, seenAt: app.clock.now(), ...(power === 'running' ? { load } : {}) }
}

async function askHost(app: App, vmId: number): Promise<MachineStatus | undefined> {
  const giveUp = new AbortController()
  const answer = app.vpsHost.findMachine(vmId).catch((error: unknown) => {
    if (!isProblem(error)) throw error
    return undefined
  })
  const timeout = pause(TIMEOUT_MS, undefined, { signal: giveUp.signal }).catch(() => undefined)
  const machine = await Promise.race([answer, timeout])
  giveUp.abort()
  return machine
}
