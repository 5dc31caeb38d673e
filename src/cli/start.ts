import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '#app/config.ts'
import { DEMO_CUSTOMER, DEMO_STAFF } from '#app/demo-logins.ts'
import { openDatabase } from '#platform/database.ts'
import { type EmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { StartError } from '#platform/postgres-home.ts'
import { buildWebIfStale } from '../../scripts/build-web.ts'
import { loadConfig, openServer } from './environment.ts'
import { migrateDatabase } from './migrate.ts'
import { seedDemo } from './seed-demo.ts'
import { seedDemoUsers } from './seed-demo-users.ts'

type Role = 'simulators' | 'worker' | 'web'
type Message = { ready?: string; failed?: string }

const STOP_MS = 9_800
const LOOK_MS = 2_000

/** `ez start`: runs everything as one, each part in a process of its own, and starts again whatever dies. */
export async function run(): Promise<void> {
  const config = await loadConfig()
  await requireFreePort(config)
  const began = performance.now()
  if (await buildWebIfStale()) process.stdout.write('The pages were built.\n')
  const roles: Role[] = simulates(config) ? ['simulators', 'worker', 'web'] : ['worker', 'web']
  const parts = roles.map((role) => Part.begin(role, config))
  let endWatch: (() => Promise<void>) | undefined
  const stop = stopper(parts, async () => {
    await endWatch?.()
    await server?.embedded?.stop()
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().then(() => process.exit(0)))
  // The parts load their code while the database starts.
  let server: Awaited<ReturnType<typeof openServer>> | undefined
  try {
    server = await openServer(config)
    await migrateDatabase(server.databaseUrl)
    if (config.mode === 'simulated') await seed(config, server.databaseUrl)
    for (const part of parts) part.go(server.databaseUrl)
    await Promise.all(parts.map((part) => part.ready))
  } catch (error) {
    await stop()
    throw error
  }
  process.stdout.write(`${greeting(config, performance.now() - began).join('\n')}\n`)
  for (const part of parts) part.keepAlive()
  if (server.embedded) endWatch = watchDatabase(server.embedded)
}

const simulates = (config: Config): boolean =>
  config.stripe.simulated || config.proxmox.simulated || config.smtp.simulated || config.vies.simulated

function greeting(config: Config, ms: number): string[] {
  const { ports } = config.simulators
  return [
    `EZ Solutions is ready (${(ms / 1000).toFixed(1)} s).`,
    `  Shop and portal  ${config.publicUrl}`,
    `  Staff            ${config.publicUrl}/staff`,
    ...(config.mode === 'simulated'
      ? [
          `  Demo customer    ${DEMO_CUSTOMER.email}  ${DEMO_CUSTOMER.password}`,
          `  Demo staff       ${DEMO_STAFF.email}  ${DEMO_STAFF.password}`,
        ]
      : []),
    ...(config.smtp.simulated ? [`  Mail             http://localhost:${ports.mail}`] : []),
    ...(simulates(config) ? [`  Simulators       http://localhost:${ports.console}`] : []),
    `  Logs             ${join(config.dataDir, 'logs')}`,
  ]
}

async function seed(config: Config, databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, () => undefined, 2)
  try {
    await seedDemo(database)
  } finally {
    await database.close()
  }
  await seedDemoUsers(config, databaseUrl)
}

/** One process of ours, started again when it dies. */
class Part {
  readonly role: Role
  readonly #log: number
  #process: ChildProcess
  #databaseUrl: string | undefined
  #stopping = false
  ready: Promise<void>

  private constructor(role: Role, log: number) {
    this.role = role
    this.#log = log
    ;[this.#process, this.ready] = this.#fork()
  }

  static begin(role: Role, config: Config): Part {
    const folder = join(config.dataDir, 'logs')
    mkdirSync(folder, { recursive: true })
    return new Part(role, openSync(join(folder, `${role}.log`), 'a'))
  }

  #fork(): [ChildProcess, Promise<void>] {
    const child = fork(join(import.meta.dirname, '../main.ts'), [this.role], {
      stdio: ['ignore', this.#log, this.#log, 'ipc'],
      env: { ...process.env, EZ_SUPERVISED: '1' },
    })
    const ready = new Promise<void>((done, failed) => {
      child.on('message', (message: Message) => {
        if (message.ready) done()
        if (message.failed) failed(new StartError(message.failed))
      })
      // Its last message may still be on the way when it has ended.
      const ended = (): void => {
        failed(new StartError(`The ${this.role} process ended while starting; logs/${this.role}.log tells why.`))
      }
      child.once('exit', () => {
        if (child.connected) child.once('disconnect', ended)
        else ended()
      })
    })
    ready.catch(() => undefined)
    return [child, ready]
  }

  go(databaseUrl: string): void {
    this.#databaseUrl = databaseUrl
    this.#process.send({ databaseUrl })
  }

  keepAlive(): void {
    this.#process.once('exit', () => {
      if (this.#stopping) return
      process.stderr.write(`The ${this.role} process died and is started again.\n`)
      setTimeout(() => {
        if (this.#stopping) return
        ;[this.#process, this.ready] = this.#fork()
        this.go(this.#databaseUrl!)
        this.keepAlive()
      }, 500)
    })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = new Promise((done) => this.#process.once('exit', done))
    this.#process.kill('SIGTERM')
    await Promise.race([gone, pause(STOP_MS, undefined, { ref: false })])
    this.#process.kill('SIGKILL')
  }
}

function stopper(parts: Part[], stopDatabase: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined
  return () =>
    (stopped ??= (async () => {
      // The simulators go last: whoever still works may need an answer.
      await Promise.all(parts.filter((part) => part.role !== 'simulators').map((part) => part.stop()))
      await Promise.all(parts.map((part) => part.stop()))
      await stopDatabase()
    })())
}

/** A database that crashed is started again; PostgreSQL recovers by itself. Gives a function that ends the watch. */
function watchDatabase(embedded: EmbeddedPostgres): () => Promise<void> {
  const ending = new AbortController()
  const watch = (async () => {
    for (;;) {
      await pause(LOOK_MS, undefined, { signal: ending.signal, ref: false })
      try {
        if (!(await embedded.isAlive())) await embedded.revive()
      } catch (error) {
        process.stderr.write(`PostgreSQL is down: ${error instanceof Error ? error.message : String(error)}\n`)
      }
    }
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error
  })
  return async () => {
    ending.abort()
    await watch
  }
}

/** Told at once, before anything is started. */
async function requireFreePort({ host, port }: Config): Promise<void> {
  const taken = await new Promise<boolean>((done) => {
    const probe = connect({ host: host === '0.0.0.0' ? '127.0.0.1' : host, port })
      .once('connect', () => {
        probe.destroy()
        done(true)
      })
      .once('error', () => {
        done(false)
      })
  })
  if (taken) throw new StartError(`Port ${port} is taken by another program. Stop it, or set PORT to another.`)
}
