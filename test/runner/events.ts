import { inspect } from 'node:util'
import type { TestEvent } from 'node:test/reporters'

/** What a process of `npm test` tells the one that started it. */
export type Told =
  | { kind: 'ready' }
  /** Something that node:test reports; an error in it is already in words. */
  | { kind: 'event'; event: TestEvent }
  /** A file is through. `left` says what it did not put back. */
  | { kind: 'done'; left: string[]; memoryMb: number }

/** What it is told: which file is next, or that there is none. */
export type Asked = { file: string } | 'end'

/** Errors lose what is theirs on the way to another process, so they go as the text that a reporter would print. */
export function inWords(event: TestEvent): TestEvent {
  if (event.type !== 'test:fail') return event
  const { error } = event.data.details
  const reason: unknown = 'code' in error && error.code === 'ERR_TEST_FAILURE' ? error.cause : error
  const words = inspect(reason, { breakLength: Infinity })
  return withError(event, failure(words, failureTypeOf(error)))
}

/** A failure as node:test would have made it, of words; reporters print its cause. */
export function failure(words: string, failureType = 'testCodeFailure') {
  return { name: 'Error', message: words, code: 'ERR_TEST_FAILURE', failureType, cause: words }
}

/** What kind of failure it is, in the words of node:test. */
export const failureTypeOf = (error: Error): string =>
  'failureType' in error ? String(error.failureType) : 'testCodeFailure'

/** Makes a reporter print a failure's words as they are. */
export function unquote(event: TestEvent): TestEvent {
  if (event.type !== 'test:fail') return event
  const { error } = event.data.details
  return withError(event, {
    ...failure(error.message, failureTypeOf(error)),
    cause: { [inspect.custom]: () => error.message },
  })
}

const withError = (
  event: Extract<TestEvent, { type: 'test:fail' }>,
  error: typeof event.data.details.error,
): typeof event => ({
  ...event,
  data: { ...event.data, details: { ...event.data.details, error } },
})
