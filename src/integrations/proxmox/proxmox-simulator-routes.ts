import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { denied, died, noSuchConfig, PveError, refuse } from './proxmox-simulator-errors.ts'
import { checkParameters, type Given, type Specs } from './proxmox-simulator-parameters.ts'
import { isTemplate, type SimMachine, type World } from './proxmox-simulator-world.ts'

/** What a call's path names: `part` is a task, an address set or a pool, `last` a member of it. */
type Place = { node: string; vmid: number; part: string; last: string }

/** One call of the API: what it takes, what it needs, what it answers. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `/nodes/:node/qemu/:vmid/config` */
  path: string
  specs?: Specs
  /** The privilege it needs on the object that its path names. */
  privilege?: string
  run(world: World, given: Given, at: Place): unknown
}

export function mount(api: Hono, world: World, routes: Route[]): void {
  for (const route of routes) {
    api.on(route.method, route.path, async (c) => {
      try {
        const at = placeOf(c)
        const given = await parametersOf(c, route.method)
        if (at.vmid) checkSight(world, at.vmid)
        if (route.privilege && world.settings().denied.includes(route.privilege))
          throw denied(objectOf(at), route.privilege)
        if (at.node) reach(world, at.node)
        checkParameters(route.specs ?? {}, given)
        if (route.method !== 'GET' && !world.settings().quorum) throw died('cluster not ready - no quorum?')
        return c.json({ data: route.run(world, given, at) ?? null })
      } catch (error) {
        if (error instanceof PveError) return refuse(c, error)
        throw error
      }
    })
  }
}

const placeOf = (c: Context): Place => ({
  node: c.req.param('node') ?? '',
  vmid: Number(c.req.param('vmid') ?? 0),
  part: c.req.param('upid') ?? c.req.param('name') ?? c.req.param('poolid') ?? '',
  last: c.req.param('cidr') ?? c.req.param('volume') ?? '',
})

const objectOf = ({ node, vmid }: { node: string; vmid: number }): string =>
  vmid ? `/vms/${vmid}` : node ? `/nodes/${node}` : '/'

/** Parameters stand in the query of reads and deletions, and in the body of the rest, as a form or as JSON. */
async function parametersOf(c: Context, method: Route['method']): Promise<Given> {
  if (method === 'GET' || method === 'DELETE') return Object.fromEntries(new URL(c.req.url).searchParams)
  const text = await c.req.text()
  if (!c.req.header('content-type')?.includes('json')) return Object.fromEntries(new URLSearchParams(text))
  const body = JsonBody.safeParse(JSON.parse(text || '{}'))
  if (!body.success) throw new PveError(400, 'Parameter verification failed.')
  return body.data
}

const JsonBody = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean()])
    .transform((value) => (typeof value === 'boolean' ? (value ? '1' : '0') : String(value))),
)

/** Any node passes calls on to the one they are for; from a dead one comes the proxy's own status. */
function reach(world: World, name: string): void {
  const node = world.nodes.get(name)
  if (!node) throw died(`no such cluster node '${name}'`)
  if (!node.reachable) throw new PveError(595, 'No route to host')
}

/** Whether a token with rights on its pool only may see a machine: not before it is in the pool, and not when it is gone. */
export function isVisible(world: World, machine: SimMachine | undefined): boolean {
  if (!world.settings().poolOnly) return true
  return machine !== undefined && (isTemplate(machine) || machine.pool !== undefined)
}

function checkSight(world: World, vmid: number): void {
  if (!isVisible(world, world.machines.get(String(vmid)))) throw denied(`/vms/${vmid}`, 'VM.Audit')
}

/** The machine, which must live on that very node. */
export function machineOn(world: World, node: string, vmid: number): SimMachine {
  const machine = world.machines.get(String(vmid))
  if (!machine || machine.node !== node) throw noSuchConfig(node, vmid)
  return machine
}
