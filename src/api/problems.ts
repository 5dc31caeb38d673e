import { z } from 'zod'
import { problemOfConstraint } from '#app/constraints.ts'
import { isProblem, Problem, type ProblemKind } from '#platform/problem.ts'
import { PROBLEM_CODES, titleOf } from './problem-codes.ts'

const STATUS: Record<ProblemKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
}
const RETRY_SECONDS = 5

/** What every refusal looks like (RFC 9457). */
export const ProblemBody = z
  .object({
    type: z.string().meta({ description: 'Names the kind of problem; the end of it is `code`.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'For programs: stable, unlike the words.' }),
    detail: z.string().meta({ description: 'For people: what is wrong and what to do.' }),
    requestId: z.string().meta({ description: 'Tell it to our support.' }),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Which fields are wrong; `items.0.hostname` is the hostname of the first item.' }),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457).' })

/** The HTTP status of a refusal. */
export const statusOf = ({ code, kind }: { code: string; kind: ProblemKind }): number =>
  new Map<string, number>(Object.entries(PROBLEM_CODES)).get(code) ?? STATUS[kind]

/** The answer to a refusal. */
export function problemResponse(problem: Problem, requestId: string): Response {
  return respond(statusOf(problem), problem, requestId)
}

/** The answer to a fault of ours: it tells nothing but the request id. */
export const faultResponse = (requestId: string): Response =>
  respond(
    500,
    { code: 'internal', message: 'Something went wrong on our side. We have been told; please try again.', issues: [] },
    requestId,
  )

function respond(
  status: number,
  problem: Pick<Problem, 'code' | 'message' | 'issues'> & { retryAfterSeconds?: number | undefined },
  requestId: string,
): Response {
  const { code, message, issues } = problem
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  const retryAfter = problem.retryAfterSeconds ?? (status === 503 || status === 429 ? RETRY_SECONDS : undefined)
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  if (status === 401)
    headers.set('www-authenticate', `Bearer realm="api"${code === 'token_invalid' ? ', error="invalid_token"' : ''}`)
  const body: z.output<typeof ProblemBody> = {
    type: `/problems/${code}`,
    title: titleOf(code),
    status,
    code,
    detail: message,
    requestId,
    ...(issues.length > 0 ? { issues } : {}),
  }
  return new Response(JSON.stringify(body), { status, headers })
}

/**
 * The refusal an error stands for: its own, that of a violated constraint, or that the database is away. Undefined for a
 * fault of ours.
 */
export function asProblem(error: unknown): Problem | undefined {
  if (isProblem(error)) return error
  const violated = problemOfConstraint(error)
  if (violated) return violated
  return isOutage(error)
    ? new Problem('unavailable', 'unavailable', 'We cannot answer for a moment. Please try again.', { cause: error })
    : undefined
}

// PostgreSQL: connection lost, shutting down, out of connections. Node: nobody listens, or the line went dead.
const OUTAGE = /^(08\w{3}|57P0[1-3]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/
const LOST =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error/

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && OUTAGE.test(String(error.code))) || LOST.test(error.message)
}

/** What may be written to the log of an error: a database error holds the values of the row it is about. */
export function loggable(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'something that is no error was thrown' }
  const { name, message, stack } = error
  const facts = ['code', 'constraint', 'table', 'column'].filter((key) => key in error)
  return { name, message, stack, ...Object.fromEntries(facts.map((key) => [key, Reflect.get(error, key) as unknown])) }
}
