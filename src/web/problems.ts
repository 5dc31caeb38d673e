import { data, redirectDocument, type RouterContextProvider } from 'react-router'
import { problemOfConstraint } from '#app/constraints.ts'
import { isProblem, type Problem, type ProblemKind } from '#platform/problem.ts'
import { appContext, replyContext, requestContext } from './context.ts'
import { paths } from './paths.ts'

const STATUS: Record<ProblemKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
}

/** What an error page knows. It never carries more than the visitor may read. */
export type ErrorFacts = { code: string; message: string; requestId: string; retryAfterSeconds?: number }

/** The HTTP status of a refusal, for actions that answer with field errors: 422 when the input is at fault. */
export const formStatus = (problem: Problem): number => (problem.kind === 'invalid' ? 422 : STATUS[problem.kind])

/**
 * Turns whatever a loader, action or middleware threw into what the router understands: refusals keep their words and
 * get a status, strangers go to the sign-in page and come back, everything else is logged and told only by its request id.
 */
export function toThrowable(error: unknown, request: Request, context: Readonly<RouterContextProvider>): unknown {
  if (!(error instanceof Error)) return error // Redirects and answers that a page threw on purpose.
  const { requestId } = context.get(requestContext)
  const problem = isProblem(error) ? error : problemOfConstraint(error)
  if (problem) {
    // Sign-in pages load by themselves: what holds portal and staff area together may not put them into its own page.
    if (problem.code === 'confirmation_needed') return redirectDocument(paths.confirm(returnAddress(request)))
    if (problem.kind === 'unauthenticated') return redirectDocument(paths.login(returnAddress(request)))
    const { code, message, retryAfterSeconds } = problem
    context.get(replyContext).retryAfterSeconds = retryAfterSeconds
    const facts: ErrorFacts = { code, message, requestId, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) }
    return data(facts, { status: STATUS[problem.kind] })
  }
  if (request.signal.aborted) return error
  context.get(appContext).log.error({ err: error, requestId, url: new URL(request.url).pathname }, 'page failed')
  const facts: ErrorFacts = { code: 'internal', message: '', requestId }
  return data(facts, { status: 500 })
}

/** Where to come back to after signing in: the page itself, or the page that holds the form. */
function returnAddress(request: Request): string {
  const source = request.method === 'GET' ? request.url : (request.headers.get('referer') ?? request.url)
  const url = new URL(source)
  return url.pathname.replace(/\.data$/, '') + url.search
}
