import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { reactions } from '#app/reactions.ts'
import { type Database, openDatabase } from '#platform/database.ts'
import type { Job } from '#platform/queue.ts'
import type { FaultRule } from '#platform/simulation.ts'
import { transactions } from '#platform/transaction.ts'
import { type TestApp, type Worker, workUntilIdle } from '#test/support/test-app.ts'
import type { Random } from './random.ts'

const NAME = 'ez-crew'
const STRIKES_A_DAY = 3
/** Within so many of its messages to the database a worker is struck. */
const WITHIN = 60
/** What a dead worker calls is never heard. */
const SILENCE: FaultRule = { path: '', times: 10_000, action: { kind: 'drop', afterActing: false } }

/**
 * The workers, who are killed in the middle of what they do: at some message to the database, which arrives or does not, their
 * connections break, the transaction under way is lost or its commit not heard of, and nobody outside answers them any more. Others
 * take their place, with connections of their own.
 */
export class Crew implements Worker {
  app: App
  /** How often one of them was killed. */
  killed = 0
  readonly #whole: TestApp
  readonly #random: Random
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #database: Database
  #strikes = 0
  #countdown = 0
  #arrives = false
  #isDead = false

  private constructor(app: TestApp, random: Random, server: Server) {
    this.app = app
    this.#whole = app
    this.#random = random
    this.#server = server
    this.#database = app.database
  }

  static async open(app: TestApp, random: Random): Promise<Crew> {
    const server = createServer()
    const crew = new Crew(app, random, server)
    server.on('connection', (socket) => {
      crew.#lend(socket)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    crew.#hire()
    return crew
  }

  /** A day begins in which workers are killed again. */
  beginDay(): void {
    this.#strikes = STRIKES_A_DAY
    this.#aim()
  }

  /** As `TestApp.work`, with workers who may be killed. */
  async work(): Promise<void> {
    await workUntilIdle(this.#whole, this.#strikes > 0 ? this : undefined)
  }

  /** What the schedule asks for; a killed worker's turn is taken by another. */
  async run(job: Job<Record<string, never>>): Promise<void> {
    const { signal } = new AbortController()
    try {
      await job.run(this.#strikes > 0 ? this.app : this.#whole, {}, signal)
    } catch (error) {
      if (!this.#isDead) throw error
    }
    if (await this.fell()) await job.run(this.#whole, {}, signal)
  }

  async fell(): Promise<boolean> {
    if (!this.#isDead) return false
    const { stripe, proxmox } = this.#whole
    for (const { simulation } of [stripe, proxmox])
      for (const [index, rule] of simulation.faults.entries())
        if (rule.times > 1_000) simulation.faults.splice(index, 1)
    await this.#database.close()
    await this.#areGone()
    // What they held by a lease is free by the time that somebody else looks.
    await sql`update procedures set lease_until = clock_timestamp() where lease_until is not null`.execute(
      this.#whole.db,
    )
    this.#isDead = false
    this.#hire()
    if (this.#strikes > 0) this.#aim()
    return true
  }

  /** Waits until the database has noticed, and what they held locked is free. */
  async #areGone(): Promise<void> {
    const alive = sql`select from pg_stat_activity where application_name = ${NAME} and datname = current_database()`
    for (;;) {
      const { rows } = await alive.execute(this.#whole.db)
      if (rows.length === 0) return
      await pause(2)
    }
  }

  async close(): Promise<void> {
    await this.#database.close()
    await new Promise((done) => this.#server.close(done))
  }

  /** A new worker, who remembers nothing of the one before. */
  #hire(): void {
    const { clock, queue, config } = this.#whole
    const address = this.#server.address()
    const url = new URL(this.#whole.database.url)
    url.port = typeof address === 'object' && address ? String(address.port) : ''
    url.searchParams.set('application_name', NAME)
    this.#database = openDatabase(url.href, () => undefined, 4)
    const database = this.#database
    const transaction = transactions({ database, clock, queue, reactions })
    this.app = { ...this.#whole, config, database, db: database.db, transaction }
  }

  #aim(): void {
    this.#countdown = this.#random.whole(1, WITHIN)
    this.#arrives = this.#random.chance(0.5)
  }

  /** A connection of a worker to the real database, until they die. */
  #lend(socket: Socket): void {
    if (this.#isDead) return void socket.destroy()
    const { hostname, port } = new URL(this.#whole.database.url)
    const real = connect(Number(port), hostname)
    for (const [one, other] of [
      [socket, real],
      [real, socket],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#sockets.delete(one)
        other.end()
      })
    }
    real.on('data', (answer) => socket.write(answer))
    socket.on('data', (message) => {
      if (this.#isDead) return
      const isStruck = this.#strikes > 0 && (this.#countdown -= 1) === 0
      if (!isStruck || this.#arrives) real.write(message)
      if (isStruck) this.#kill(real)
    })
  }

  #kill(reached: Socket): void {
    this.#isDead = true
    this.#strikes -= 1
    this.killed += 1
    for (const { simulation } of [this.#whole.stripe, this.#whole.proxmox]) simulation.faults.unshift({ ...SILENCE })
    for (const socket of this.#sockets)
      if (socket === reached) socket.end()
      else socket.destroy()
  }
}
