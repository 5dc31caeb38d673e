export type ProblemKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'

/** What is wrong with one field, in words that say what to do. `path` is dotted: `items.0.hostname`. */
export type FieldIssue = { path: string; message: string }

/**
 * A refusal. The message is fit for customers; the code is stable and tells refusals apart (never `instanceof`,
 * since pages are bundled apart from the server). `retryAfterSeconds` belongs to `rate_limited` and `unavailable`.
 */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly code: string
  readonly issues: FieldIssue[]
  readonly retryAfterSeconds: number | undefined

  constructor(
    kind: ProblemKind,
    code: string,
    message: string,
    details: { issues?: FieldIssue[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Problem'
    this.kind = kind
    this.code = code
    this.issues = details.issues ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** Tells a Problem by its shape, so that a second copy of the class is recognised too. */
export const isProblem = (error: unknown): error is Problem =>
  error instanceof Error && error.name === 'Problem' && 'kind' in error && 'code' in error

/** For what cannot happen: a broken assumption of ours, never a customer's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`)
}
