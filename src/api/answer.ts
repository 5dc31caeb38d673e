import { z } from 'zod'
import type { App } from '#app/app.ts'
import { ruleOf } from '#app/policy.ts'
import { logScope } from '#platform/log.ts'
import { seeRowsOf } from '#platform/row-scope.ts'
import { actorId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { authenticate, authorize, limitRate } from './authenticate.ts'
import { checkInput } from './check-input.ts'
import { attemptOf, type KeptAnswer, onceForKey } from './idempotency.ts'
import { readBytes, readJson } from './read-body.ts'
import type { Call, Route } from './route.ts'

/** What the server below knows of a request. */
export type Arrival = {
  requestId: string
  /** Of the peer, or of whom a trusted proxy names. */
  address?: string | undefined
}

type AnyCall = Call<z.ZodType, z.ZodType, z.ZodType>
const Nothing = z.strictObject({})

/** Answers one request to one operation: who, how often, what, once. Throws Problems. */
export async function answerRoute(
  app: App,
  route: Route,
  request: Request,
  given: { arrival: Arrival; params: Record<string, string>; stopping: AbortSignal },
): Promise<Response> {
  const address = given.arrival.address || undefined
  const caller = await authenticate(app, request, address)
  const scope = logScope.getStore()
  if (scope && caller.kind !== 'anonymous') scope.actor = actorId(caller.actor)
  const rule = ruleOf(route.operationId)
  authorize(rule, caller)
  // What anyone may do, such as register, is not about the customer of whoever is signed in.
  if (rule.who !== 'anyone') seeRowsOf(caller.actor)
  await limitRate(app, caller)
  const bytes = request.method === 'GET' || request.method === 'HEAD' ? new Uint8Array() : await readBytes(request)
  const body = readJson(bytes, request.headers.get('content-type'))
  const call: AnyCall = {
    app,
    actor: caller.actor,
    caller,
    params: checkParams(route, given.params),
    query: checkInput(route.query ?? Nothing, readQuery(request)),
    body: route.body ? checkInput(route.body, body) : checkInput(Nothing, body ?? {}),
    visitor: { address, userAgent: request.headers.get('user-agent')?.slice(0, 300) },
    retryKey: undefined,
    request,
    headers: new Headers({ 'cache-control': 'no-store' }),
    stopping: given.stopping,
  }
  const attempt = route.method === 'post' ? attemptOf(app, request, { actor: caller.actor, address }, bytes) : undefined
  if (!attempt) return respond(route, call)
  call.retryKey = `api:${attempt.key}:${attempt.hash}`
  const { answer, replayed } = await onceForKey(app, attempt, async () => toKept(await respond(route, call)))
  return fromKept(answer, call.headers, replayed)
}

async function respond(route: Route, call: AnyCall): Promise<Response> {
  const result = await route.run(call)
  const { status, body } = route.success
  if (body) {
    call.headers.set('content-type', 'application/json')
    return new Response(JSON.stringify(z.encode(body, result)), { status, headers: call.headers })
  }
  return result instanceof Response ? result : new Response(null, { status, headers: call.headers })
}

const toKept = async (response: Response): Promise<KeptAnswer> => ({
  status: response.status,
  body: await response.text(),
  location: response.headers.get('location') ?? undefined,
})

function fromKept({ status, body, location }: KeptAnswer, headers: Headers, replayed: boolean): Response {
  if (body !== '') headers.set('content-type', 'application/json')
  if (location !== undefined) headers.set('location', location)
  if (replayed) headers.set('idempotent-replayed', 'true')
  return new Response(body === '' ? null : body, { status, headers })
}

/** An address that names nothing possible is simply not found. */
function checkParams(route: Route, params: Record<string, string>): unknown {
  const parsed = (route.params ?? Nothing).safeParse(params)
  if (!parsed.success) throw notFound()
  return parsed.data
}

export const notFound = (): Problem => new Problem('not_found', 'not_found', 'There is nothing at this address.')

/** The query as an object. A name given twice says two things, so it is refused. */
function readQuery(request: Request): object {
  const { searchParams } = new URL(request.url)
  const query = Object.fromEntries(searchParams)
  const twice = Object.keys(query).find((name) => searchParams.getAll(name).length > 1)
  if (twice === undefined) return query
  const message = 'Give each part of the query once.'
  throw new Problem('invalid', 'input_invalid', message, { issues: [{ path: 'query', message }] })
}
