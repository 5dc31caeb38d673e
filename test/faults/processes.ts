import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, '../../src/main.ts')
const READY_MS = 90_000

export type Environment = Record<string, string>

/** One long-running command of ours in a process of its own, such as `ez worker`, killed and started again at will. */
export class Part {
  readonly role: string
  /** Ends that nobody of the campaign asked for, and whether the process was ready by then. */
  readonly surprises: { text: string; wasReady: boolean }[] = []
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
    let wasReady = false
    const log = createWriteStream(this.#logFile, { flags: 'a' })
    child.stdout?.pipe(log, { end: false })
    child.stderr?.pipe(log, { end: false })
    this.ready = new Promise((done, failed) => {
      const late = setTimeout(() => {
        failed(new Error(`ez ${this.role} was not ready within ${READY_MS / 1000} s; see ${this.#logFile}`))
      }, READY_MS)
      child.on('message', (message: { ready?: string; failed?: string }) => {
        clearTimeout(late)
        if (message.ready) {
          wasReady = true
          done()
        } else if (message.failed) failed(new Error(message.failed))
      })
      child.once('exit', (code, signal) => {
        clearTimeout(late)
        failed(new Error(`ez ${this.role} ended (${signal ?? code}); see ${this.#logFile}`))
        if (child === this.#process && !this.#expected) {
          this.surprises.push({ text: `ez ${this.role} ended by itself (${signal ?? code})`, wasReady })
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

/** A short command from its start to its end, with all it printed. */
export function runCommand(args: string[], environment: Environment): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece.toString()
    })
  return new Promise((done) =>
    child.once('close', (code) => {
      done({ code: code ?? 1, output })
    }),
  )
}
