import type { TestEvent } from 'node:test/reporters'
import { inWords, type Told } from './events.ts'

const PASSED_ON = new Set<string>(['test:dequeue', 'test:start', 'test:pass', 'test:fail', 'test:diagnostic'])

/** The reporter of such a process: passes on what node:test reports, so that its output stays what the tests wrote. */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source)
    if (PASSED_ON.has(event.type)) process.send?.({ kind: 'event', event: inWords(event) } satisfies Told)
  yield ''
}
