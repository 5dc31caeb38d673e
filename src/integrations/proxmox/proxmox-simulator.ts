import { Hono } from 'hono'
import { createSimulation, type Simulation } from '#platform/simulation.ts'
import { backupRoutes } from './proxmox-simulator-backups.ts'
import { clusterRoutes, nodeRoutes } from './proxmox-simulator-cluster.ts'
import { configRoutes } from './proxmox-simulator-config.ts'
import { clusterControls, type ClusterControls } from './proxmox-simulator-controls.ts'
import { errorBody, PveError, refuse, refuseUnauthenticated } from './proxmox-simulator-errors.ts'
import { firewallRoutes } from './proxmox-simulator-firewall.ts'
import { machineRoutes, powerRoutes } from './proxmox-simulator-machines.ts'
import { mount } from './proxmox-simulator-routes.ts'
import { settle } from './proxmox-simulator-tasks.ts'
import { openWorld, type TaskSeconds } from './proxmox-simulator-world.ts'

export type ProxmoxSimulatorOptions = {
  /** `user@realm!token`. */
  tokenId: string
  tokenSecret: string
  /** Keeps everything through a crash; without it all is forgotten at the end. */
  storeFile?: string
  /** Milliseconds since 1970. */
  now?: () => number
  /** How long work takes; what is left out takes as long as in the demo. */
  taskSeconds?: Partial<TaskSeconds>
  /** How long a wrong token waits for its answer; Proxmox lets it wait 3 s. */
  unauthorizedDelayMs?: number
}

export type ProxmoxSimulator = ClusterControls & {
  /** To be served with @hono/node-server. */
  app: Hono
  /** The same in process, with the same reason phrases. */
  fetch: typeof fetch
  simulation: Simulation
  close(): Promise<void>
}

/** Fast enough to watch, slow enough to be seen. */
const DEMO: TaskSeconds = {
  clone: 3,
  start: 2,
  stop: 1,
  shutdown: 3,
  reboot: 4,
  resize: 1,
  destroy: 2,
  backup: 4,
  agent: 4,
}

/** Every task takes the same time. */
export const everyTask = (seconds: number): TaskSeconds => ({
  clone: seconds,
  start: seconds,
  stop: seconds,
  shutdown: seconds,
  reboot: seconds,
  resize: seconds,
  destroy: seconds,
  backup: seconds,
  agent: seconds,
})

/** Everything is done as soon as it is asked for. */
export const INSTANT: TaskSeconds = everyTask(0)

/**
 * A Proxmox VE 9 cluster as we use it: its paths and parameters, its tasks that take time, its locks, limits and odd
 * errors. Whatever it does not know it refuses, as the real one does.
 */
export function proxmoxSimulator(options: ProxmoxSimulatorOptions): ProxmoxSimulator {
  const simulation = createSimulation(options.storeFile)
  const world = openWorld(simulation.store, {
    tokenId: options.tokenId,
    seconds: { ...DEMO, ...options.taskSeconds },
    now: options.now ?? Date.now,
  })

  const api = new Hono()
  api.use(async (c, next) => {
    const reason = rejection(c.req.header('authorization'), options)
    if (reason !== undefined) {
      await new Promise((done) => setTimeout(done, options.unauthorizedDelayMs ?? 3_000))
      return refuseUnauthenticated(c, reason)
    }
    if (c.req.header('transfer-encoding') !== undefined)
      return refuse(c, new PveError(501, 'chunked transfer encoding not supported'))
    settle(world)
    return next()
  })
  mount(api, world, [
    ...clusterRoutes(),
    ...nodeRoutes(),
    ...machineRoutes(),
    ...powerRoutes(),
    ...configRoutes(),
    ...firewallRoutes(),
    ...backupRoutes(),
  ])

  const app = new Hono()
  app.use(simulation.middleware(errorBody))
  app.route('/api2/json', api)
  app.notFound((c) => {
    const path = c.req.path.replace('/api2/json', '')
    return refuse(c, new PveError(501, `Method '${c.req.method} ${path}' not implemented`))
  })
  // A dropped connection must stay one, in process too.
  app.onError((error) => {
    throw error
  })

  return {
    app,
    fetch: inProcess(app),
    simulation,
    ...clusterControls(world),
    close: async () => {
      simulation.store.close()
      return Promise.resolve()
    },
  }
}

function rejection(header: string | undefined, { tokenId, tokenSecret }: ProxmoxSimulatorOptions): string | undefined {
  if (!header?.startsWith('PVEAPIToken=')) return 'No ticket'
  const [id, secret] = header.slice('PVEAPIToken='.length).split('=')
  if (id !== tokenId) return 'Authentication failed!'
  return secret === tokenSecret ? undefined : 'invalid token value!'
}

/** Answers as the network would, time-outs included. */
const inProcess =
  (app: Hono): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    const { signal } = request
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error)
      })
    })
    return Promise.race([app.fetch(request), aborted])
  }
