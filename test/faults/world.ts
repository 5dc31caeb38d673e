import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { migrateDatabase } from '#app/cli/migrate.ts'
import { seedDemo } from '#app/cli/seed-demo.ts'
import { openDatabase } from '#platform/database.ts'
import { ensureDatabase, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { findFreePorts } from '#platform/free-port.ts'
import { createLog } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { openQueue } from '#platform/queue.ts'
import { type Message, webhookName } from './message-names.ts'
import { crashPostgres } from './crash-postgres.ts'
import { httpProxy, type Proxy } from './http-proxy.ts'
import { type Peer, type Side, shapeOf } from './points.ts'
import { postgresProxy } from './postgres-proxy.ts'
import { type Environment, Part, runCommand } from './processes.ts'
import { type Inspector, openInspector } from './inspector.ts'
import { smtpProxy } from './smtp-proxy.ts'
import type { Strikes } from './strikes.ts'
import { createTraffic, type Traffic } from './traffic.ts'

const KEYS = {
  STRIPE_SECRET_KEY: 'sk_test_simulated',
  STRIPE_WEBHOOK_SECRET: 'whsec_simulated',
  STRIPE_REQUESTS_PER_SECOND: '1000',
  PROXMOX_TOKEN_ID: 'ez@pve!simulated',
  PROXMOX_TOKEN_SECRET: '00000000-0000-4000-8000-000000000000',
  SECRET_KEY: 'fault-campaign-key-of-at-least-32-characters',
}
/** Long enough to be seen running, short enough not to be waited for. */
const TASK_SECONDS = '0.3'

/** Where the web process listens, and the first of the simulators' ports. */
type Ports = { web: number; simulators: number }

/** The whole product as real processes, with a proxy on every way out, and the means to hurt it. */
export type World = {
  traffic: Traffic
  /** Where people and the campaign itself reach things, past the proxies. */
  web: string
  publicUrl: string
  stripe: string
  proxmox: string
  mail: string
  console: string
  inspector: Inspector
  keys: typeof KEYS
  /** Runs a short command such as `ez check --json` in a process of its own. */
  command(args: string[]): Promise<{ code: number; output: string }>
  /** Begins a case: connections that linger from the one before go, so that every case meets the same calls. */
  begin(): void
  /** Waits until everything that was killed is up again. Throws when it does not come up. */
  recovered(): Promise<void>
  /** Ends that nobody asked for, since the last time this was asked. */
  surprises(): string[]
  close(): Promise<void>
}

/** Starts everything in `folder`, which is emptied first. */
export async function openWorld(folder: string): Promise<World> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const embedded = await startEmbeddedPostgres(folder)
  const databaseUrl = await ensureDatabase(embedded, 'ez')
  await prepare(databaseUrl)
  const web = await findFreePorts(7)
  const ports: Ports = { web, simulators: web + 1 }
  const postgresPort = Number(new URL(databaseUrl).port)
  const traffic = createTraffic()
  const parts = new Map<string, Part>()
  let reviving: Promise<void> = Promise.resolve()
  let databaseDied = false
  const strikes: Strikes = {
    kill: async (side) => {
      const part = parts.get(side)
      await part?.kill()
      void part?.start()
    },
    killPostgres: async () => {
      databaseDied = true
      crashPostgres(folder)
      reviving = embedded.revive()
      reviving.catch(() => undefined)
      await Promise.resolve()
    },
  }
  const proxies = await openProxies({ traffic, strikes, ports, postgresPort })
  const environment = environmentOf(folder, ports)
  const direct = {
    ...environment,
    ...addressesOf(ports.simulators + 1, ports.simulators + 2, ports.simulators + 4),
    DATABASE_URL: databaseUrl,
  }
  parts.set(
    'simulators',
    new Part('simulators', { ...direct, PORT: String(proxies.webhook) }, join(folder, 'simulators.log')),
  )
  for (const side of ['web', 'worker'] as const) {
    const { stripe, proxmox, smtp, postgres } = proxies[side]
    const through = databaseUrl.replace(`:${postgresPort}/`, `:${postgres}/`)
    const own = { ...environment, ...addressesOf(stripe, proxmox, smtp), DATABASE_URL: through }
    parts.set(side, new Part(side, own, join(folder, `${side}.log`)))
  }
  const all = [...parts.values()]
  let inspector: Inspector | undefined
  const close = async (): Promise<void> => {
    await inspector?.close()
    await Promise.all(all.map((part) => part.kill()))
    await proxies.close()
    await embedded.stop()
  }
  try {
    const starting = all.map((part) => part.start())
    inspector = await openInspector(databaseUrl, direct)
    await Promise.all(starting)
  } catch (error) {
    await close()
    throw error
  }
  return {
    traffic,
    web: `http://127.0.0.1:${ports.web}`,
    publicUrl: environment['PUBLIC_URL']!,
    console: `http://127.0.0.1:${ports.simulators}`,
    inspector,
    stripe: `http://127.0.0.1:${ports.simulators + 1}`,
    proxmox: `http://127.0.0.1:${ports.simulators + 2}`,
    mail: `http://127.0.0.1:${ports.simulators + 3}`,
    keys: KEYS,
    command: (args) => runCommand(args, direct),
    begin: () => {
      databaseDied = false
      proxies.hangUp()
    },
    recovered: async () => {
      await reviving
      await Promise.all(all.map((part) => part.ready))
    },
    surprises: () =>
      all
        .flatMap((part) => part.surprises.splice(0))
        // Without its database a process does not start; whoever watches it starts it again.
        .filter(({ wasReady }) => wasReady || !databaseDied)
        .map(({ text }) => text),
    close,
  }
}

async function prepare(databaseUrl: string): Promise<void> {
  await migrateDatabase(databaseUrl)
  const database = openDatabase(databaseUrl, () => undefined, 2)
  await seedDemo(database)
  await hurry(databaseUrl)
  await database.close()
}

/** A job of a worker that died is given to another after this long, instead of ten seconds: hundreds of deaths are waited for. */
const HEARTBEAT_SECONDS = 4

/** Makes the lines of work find out sooner that a worker has died, and try again sooner what has failed. */
async function hurry(databaseUrl: string): Promise<void> {
  const queue = await openQueue({
    url: databaseUrl,
    log: createLog('silent'),
    metrics: createMetrics(),
    supervise: false,
  })
  await queue.boss
    .getDb()
    .executeSql(`update queue.queue set heartbeat_seconds = ${HEARTBEAT_SECONDS}, retry_delay = 1`)
  await queue.close()
}

const addressesOf = (stripe: number, proxmox: number, smtp: number): Environment => ({
  STRIPE_API_BASE: `http://127.0.0.1:${stripe}`,
  PROXMOX_URLS: `http://127.0.0.1:${proxmox}`,
  SMTP_PORT: String(smtp),
})

function environmentOf(folder: string, { web, simulators }: Ports): Environment {
  const { PATH = '', HOME = '/' } = process.env
  return {
    PATH,
    HOME,
    ...KEYS,
    NO_COLOR: '1',
    EZ_MODE: 'simulated',
    HOST: '127.0.0.1',
    PORT: String(web),
    PUBLIC_URL: `http://localhost:${web}`,
    DATA_DIR: folder,
    LOG_LEVEL: 'info',
    SMTP_HOST: '127.0.0.1',
    SMTP_SECURITY: 'none',
    SIMULATOR_PORT: String(simulators),
    SIMULATOR_TASK_SECONDS: TASK_SECONDS,
  }
}

type Ways = Record<'stripe' | 'proxmox' | 'smtp' | 'postgres', number>

async function openProxies(given: { traffic: Traffic; strikes: Strikes; ports: Ports; postgresPort: number }) {
  const { traffic, strikes, ports, postgresPort } = given
  const { simulators } = ports
  const opened: Proxy[] = []
  const keep = <P extends Proxy>(proxy: P): P => {
    opened.push(proxy)
    return proxy
  }
  const http = async (
    side: Side,
    peer: Peer,
    targetPort: number,
    nameOf: (message: Message) => string,
  ): Promise<number> => keep(await httpProxy({ side, peer, targetPort, traffic, strikes, nameOf })).port
  const call = ({ method, path }: Message): string => `${method} ${shapeOf(path)}`
  const mail: { hangUp(): void }[] = []
  const waysOf = async (side: Side): Promise<Ways> => {
    const smtp = keep(await smtpProxy({ side, targetPort: simulators + 4, traffic, strikes }))
    mail.push(smtp)
    return {
      stripe: await http(side, 'stripe', simulators + 1, call),
      proxmox: await http(side, 'proxmox', simulators + 2, call),
      smtp: smtp.port,
      postgres: keep(await postgresProxy({ side, targetPort: postgresPort, traffic, strikes })).port,
    }
  }
  return {
    web: await waysOf('web'),
    worker: await waysOf('worker'),
    webhook: await http('web', 'webhook', ports.web, webhookName),
    hangUp: () => {
      for (const each of mail) each.hangUp()
    },
    close: async () => {
      await Promise.all(opened.map((proxy) => proxy.close()))
    },
  }
}
