import type { TestEvent } from 'node:test/reporters'
import { failure, type Told } from './events.ts'

/** How one file ended: what there is to report of it, in order, and whether its process may run another. */
export type FileRun = { file: string; events: TestEvent[]; passed: boolean; memoryMb: number }

export type FileRecord = {
  /** Takes what the process tells; the run, once the file is through. */
  add(told: Told): FileRun | undefined
  print(type: 'test:stdout' | 'test:stderr', message: string): void
  /** The run of a file whose process is gone. */
  broken(how: string): FileRun
}

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>

/** Writes down what a process tells while it runs a file. */
export function recordFile(file: string): FileRecord {
  const events: TestEvent[] = []
  let running = 'its first lines'
  let tests = 0
  let end: Ended | undefined
  let done: Extract<Told, { kind: 'done' }> | undefined

  const add = (event: TestEvent): void => {
    const { type, data } = event
    if (type === 'test:dequeue') running = data.nesting > 0 ? `“${data.name}”` : running
    else if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0 && data.name === file)
      end = asSuite(event, file)
    else {
      if (type === 'test:pass' || type === 'test:fail') tests += 1
      events.push(event)
    }
  }
  const finish = (last: Ended, memoryMb: number): FileRun => {
    const started = events.some(({ type, data }) => type === 'test:start' && data.nesting === 0)
    if (!started) events.unshift({ type: 'test:start', data: placeOf(file) })
    return { file, events: [...events, last], passed: last.type === 'test:pass', memoryMb }
  }

  return {
    add: (told) => {
      if (told.kind === 'event') add(told.event)
      if (told.kind === 'done') done = told
      if (!end || !done) return undefined
      if (end.type === 'test:pass' && done.left.length > 0)
        return finish(
          failedFile(file, `The file leaves changed: ${done.left.join(', ')}. The next file would find it so.`),
          0,
        )
      if (end.type === 'test:pass' && tests === 0) return finish(failedFile(file, 'There is no test in this file.'), 0)
      return finish(end, done.memoryMb)
    },
    print: (type, message) => void events.push({ type, data: { file, message } }),
    broken: (how) =>
      finish(failedFile(file, `The process ended with ${how} during ${running}; what came after it did not run.`), 0),
  }
}

/** The test that holds a file's tests is none itself, and stands where the file does. */
function asSuite(event: Ended, file: string): Ended {
  event.data.details.type = 'suite'
  return Object.assign(event, { data: { ...event.data, ...placeOf(file) } })
}

const placeOf = (file: string) => ({
  name: file,
  file,
  line: 1,
  column: 1,
  nesting: 0,
  testId: 0,
  parentId: undefined,
  tags: [],
})

/** A file that failed for a reason of its own, not by a test in it. */
export const failedFile = (file: string, words: string): Ended => ({
  type: 'test:fail',
  data: {
    ...placeOf(file),
    testNumber: 1,
    details: { type: 'suite', duration_ms: 0, error: failure(words) },
  },
})
