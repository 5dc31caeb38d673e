import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Asked, Told } from './events.ts'
import { type FileRecord, type FileRun, recordFile } from './file-record.ts'

export type TestProcess = {
  /** Runs a file to its end. Never throws: a process that dies or takes too long is a failure of the file. */
  run(file: string): Promise<FileRun>
  /** Lets it end, and says what went wrong outside of any test: nothing, as a rule. */
  end(): Promise<string[]>
  kill(): void
}

const TEST_TIMEOUT_MS = 120_000
/** A loop that never yields can be ended by nobody else. */
const FILE_TIMEOUT_MS = 600_000
const END_TIMEOUT_MS = 10_000

/** Starts a process that runs test files, one after another. */
export function startTestProcess(): TestProcess {
  const child = fork(join(import.meta.dirname, 'worker.ts'), {
    execArgv: [
      `--test-timeout=${TEST_TIMEOUT_MS}`,
      `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
      // Most of what a test makes is gone at once; with room for it, it is collected a third as often.
      '--max-semi-space-size=64',
    ],
    serialization: 'advanced',
    silent: true,
  })
  const ended = once(child, 'close').then(([code, signal]) => String(signal ?? `exit code ${String(code)}`))
  const outside: string[] = []
  let failed = false
  let record: FileRecord | undefined
  let finish: (run: FileRun) => void = () => undefined
  child.on('message', (told: Told) => {
    // What belongs to no file comes at the end, in words that begin with Error; the rest there is counts.
    const said = told.kind === 'event' && told.event.type === 'test:diagnostic' ? told.event.data : undefined
    if (said?.nesting === 0) return said.message.startsWith('Error') ? void outside.push(said.message) : undefined
    const run = record?.add(told)
    if (run) finish(run)
  })
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      if (record) record.print(`test:${stream}`, text)
      else if (text.trim()) outside.push(text.trim())
    })

  return {
    run: async (file) => {
      const current = recordFile(file)
      record = current
      const through = new Promise<FileRun>((done) => {
        finish = done
      })
      const timer = setTimeout(() => child.kill('SIGKILL'), FILE_TIMEOUT_MS)
      child.send({ file } satisfies Asked, () => undefined) // Whoever is gone cannot be told, and has ended.
      const run = await Promise.race([through, ended.then((how) => current.broken(how))])
      clearTimeout(timer)
      record = undefined
      failed ||= !run.passed
      return run
    },
    end: async () => {
      if (child.connected) child.send('end' satisfies Asked, () => undefined)
      const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
      const how = await ended
      clearTimeout(timer)
      if (how === 'SIGKILL' && !failed) outside.push('Something was left open that keeps the process from ending.')
      // The code of a process in which a file failed says only that.
      else if (how !== 'exit code 0' && !failed && outside.length === 0) outside.push(`It ended with ${how}.`)
      return outside
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
