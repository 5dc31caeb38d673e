import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, '../../src/main.ts')
const READY_MS = 30_000

export type Environment = Record<string, string>

/** One long-running command of ours in a process of its own, such as `ez worker`, killed and started again at will. */
export class Part {
  readonly role: string
  /** Ends that nobody of the campaign asked for. */
  readonly surprises: string[] = []
  readonly #environment: Environment
  readonly #logFile: string
  #process: ChildProcess | undefined
  #expected = false
  /** Settles when the process of the moment is ready to serve. */
  ready: Promise<void> = Promise.resolve()

  constructor(role: string, environment: Environment, logFile: string) {
    this.role = role
    this.#environment = environment
    this.#logFile = logFile
  }

  start(): Promise<void> {
    this.#expected = false
    const child = spawn(process.execPath, [PROGRAM, this.role], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#process = child
    const log = createWriteStream(this.#logFile, { flags: 'a' })
    child.stdout?.pipe(log, { end: false })
    child.stderr?.pipe(log, { end: false })
    this.ready = new Promise((done, failed) => {
      const late = setTimeout(() => {
        failed(new Error(`ez ${this.role} was not ready within ${READY_MS / 1000} s; see ${this.#logFile}`))
      }, READY_MS)
      child.on('message', (message: { ready?: string; failed?: string }) => {
        clearTimeout(late)
        if (message.ready) done()
        else if (message.failed) failed(new Error(message.failed))
      })
      child.once('exit', (code, signal) => {
        clearTimeout(late)
        failed(new Error(`ez ${this.role} ended (${signal ?? code}); see ${this.#logFile}`))
        if (child === this.#process && !this.#expected) {
          this.surprises.push(`ez ${this.role} ended by itself (${signal ?? code})`)
          void this.start()
        }
      })
    })
    this.ready.catch(() => undefined)
    return this.ready
  }

  /** `kill -9`; returns when it is dead. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#expected = true
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill('SIGKILL')
    await gone
  }
}

/** A short command, its code loaded ahead of time so that running it is all that is left. */
export class Command {
  readonly #child: ChildProcess
  readonly #output: { text: string }
  readonly #ended: Promise<number>

  constructor(args: string[], environment: Environment) {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      // A part of `ez start` loads its code first and is told later where the database is.
      env: { ...environment, EZ_SUPERVISED: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const output = { text: '' }
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece: Buffer) => {
        output.text += piece.toString()
      })
    this.#child = child
    this.#output = output
    this.#ended = new Promise((done) =>
      child.once('close', (code) => {
        done(code ?? 1)
      }),
    )
  }

  async run(databaseUrl: string): Promise<{ code: number; output: string }> {
    // One that has ended already says why in its output.
    if (this.#child.connected) this.#child.send({ databaseUrl })
    const code = await this.#ended
    return { code, output: this.#output.text }
  }

  drop(): void {
    this.#child.kill('SIGKILL')
  }
}
