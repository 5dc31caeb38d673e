import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { findFreePorts } from '#platform/free-port.ts'
import { ensureBrowser } from '../../scripts/find-browser.ts'

/** The whole product as a person starts it, with a browser in front of it. */
export type Product = {
  origin: string
  /** Where the simulators' console answers. */
  console: string
  /** Where the simulated mailbox answers. */
  mailbox: string
  browser: Browser
  visit(options?: { javaScript?: boolean; dark?: boolean; phone?: boolean }): Promise<BrowserContext>
  /** Runs a command of the program, such as `clock advance P1D`. */
  ez(...args: string[]): Promise<{ code: number; output: string }>
  close(): Promise<void>
}

export const DEMO = {
  customer: { email: 'customer@demo.localhost', password: 'try-the-portal' },
  staff: { email: 'staff@demo.localhost', password: 'see-the-whole-story' },
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts everything with `ez start` in a folder of its own, configured for its address, and waits until it is ready. */
export async function startProduct(
  configure: (origin: string) => Promise<Record<string, string>> = () => Promise.resolve({}),
): Promise<Product> {
  const port = await findFreePorts(7)
  const origin = `http://localhost:${port}`
  const simulatorPort = port + 1
  const folder = `.data/browser-${process.pid}-${port}`
  const environment = {
    ...process.env,
    ...(await configure(origin)),
    DATA_DIR: folder,
    PORT: String(port),
    SIMULATOR_PORT: String(simulatorPort),
  }
  const child = spawn(process.execPath, ['src/main.ts', 'start'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await untilReady(origin, child).catch(async (cause: unknown) => {
    throw new Error(await lastWords(folder), { cause })
  })
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: FLAGS })
  return {
    origin,
    console: `http://localhost:${simulatorPort}`,
    mailbox: `http://localhost:${simulatorPort + 3}`,
    browser,
    visit: ({ javaScript = true, dark = false, phone = false } = {}) =>
      browser.newContext({
        javaScriptEnabled: javaScript,
        colorScheme: dark ? 'dark' : 'light',
        viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
        reducedMotion: 'reduce',
        baseURL: origin,
      }),
    ez: (...args) => runCommand(args, environment),
    close: async () => {
      await browser.close()
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Fails unless nothing is left to do and every promise of the product holds. */
export async function requireSettled(product: Product): Promise<void> {
  const quiet = await product.ez('quiesce', '--wait', '60')
  assert.equal(quiet.code, 0, quiet.output)
  const checked = await product.ez('check')
  assert.equal(checked.code, 0, checked.output)
}

async function untilReady(origin: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 90_000
  for (;;) {
    if (child.exitCode !== null) throw new Error('ez start ended while starting')
    const ready = await fetch(`${origin}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) return
    if (performance.now() > deadline) throw new Error('the product was not ready in 90 s')
    await pause(100)
  }
}

const runCommand = (args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> =>
  new Promise((done) => {
    const child = spawn(process.execPath, ['src/main.ts', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        output += part.toString()
      })
    child.once('exit', (code) => {
      done({ code: code ?? 1, output })
    })
  })

/** What each part wrote last, when the product did not start. */
async function lastWords(folder: string): Promise<string> {
  const parts = await Promise.all(
    ['web', 'worker', 'simulators'].map(async (role) => {
      const log = await readFile(join(folder, 'logs', `${role}.log`), 'utf8').catch(() => '(no log)')
      return `${role}:\n${log.split('\n').slice(-20).join('\n')}`
    }),
  )
  return `the product did not start.\n${parts.join('\n')}`
}
