import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Asked, Told } from './events.ts'

/**
 * A process of `npm test`. It reads the product once and runs the files it is sent one after another, each as a test
 * that holds the file's own tests and hooks. What a file does not put back is told: the next one would find it.
 */
const tell = (told: Told): void => void process.send?.(told)
// Only the process that started this one knows when a file takes too long; it takes the process away.
const NEVER_MS = 2 ** 31 - 1
/** How long what a file closed may take to be gone. */
const SETTLE_MS = 2_000
const LISTENED_FOR = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'warning']

process.on('message', (asked: Asked) => {
  if (asked === 'end') process.channel?.unref() // Then it ends by itself, unless something was left open.
  else void runFile(asked.file)
})
process.once('disconnect', () => process.exit(1))
tell({ kind: 'ready' })

async function runFile(file: string): Promise<void> {
  let before: Surroundings = new Map()
  await test(file, { timeout: NEVER_MS }, async () => {
    before = surroundings()
    await import(pathToFileURL(file).href)
  })
  let left = differences(before, surroundings())
  for (const until = performance.now() + SETTLE_MS; left.length > 0 && performance.now() < until;) {
    await pause(20)
    left = differences(before, surroundings())
  }
  tell({ kind: 'done', left, memoryMb: Math.round(process.memoryUsage.rss() / 1_000_000) })
}

type Surroundings = Map<string, string | number>

/** What all files of a process share and must leave as it was. */
function surroundings(): Surroundings {
  const servers = process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap')
  return new Map<string, string | number>([
    ['the working folder', process.cwd()],
    ['the servers that listen', servers.length],
    ...LISTENED_FOR.map((name): [string, number] => [`the listeners for ${name}`, process.listenerCount(name)]),
    ...Object.entries(process.env).map(([name, value]): [string, string] => [
      `${name} of the environment`,
      value ?? '',
    ]),
  ])
}

function differences(before: Surroundings, after: Surroundings): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
}
