import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { App } from '#app/app.ts'
import { listPublicKeys } from '#modules/accounts/signing-key.ts'
import { receiveGatewayEvent } from '#modules/billing/receive-gateway-event.ts'
import { newId } from '#platform/ids.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { type Arrival, answerRoute, notFound } from './answer.ts'
import { withCors } from './cors.ts'
import { openapi } from './openapi.ts'
import { asProblem, faultResponse, loggable, problemResponse } from './problems.ts'
import { readBytes } from './read-body.ts'
import { REFERENCE_CSP, renderReference } from './reference.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'

const PREFIX = '/api/v1'

export type Api = {
  /** Answers /api/v1/… and /webhooks/…; never throws. `routed` hears which pattern a request matched. */
  fetch(request: Request, arrival?: Arrival & { routed?: (pattern: string) => void }): Promise<Response>
  routes: readonly Route[]
  openapi: object
}

type Env = { Bindings: Arrival & { routed?: (pattern: string) => void } }

/** The API over the product. `signal` ends streams of events when the server stops. */
export function createApi(app: App, options: { signal?: AbortSignal } = {}): Api {
  const server = new Hono<Env>()
  const stopping = options.signal ?? new AbortController().signal
  const document = openapi(routes, { prefix: PREFIX, serverUrl: app.config.publicUrl })

  for (const route of routes)
    server.on(route.method.toUpperCase(), honoPath(route.path), (c) => {
      c.env.routed?.(PREFIX + route.path)
      return answerRoute(app, route, c.req.raw, { arrival: c.env, params: c.req.param(), stopping })
    })
  server.get(`${PREFIX}/openapi.json`, documentHandler(JSON.stringify(document), 'application/json'))
  const { page, stylesheet } = renderReference(document)
  server.get(
    `${PREFIX}/reference`,
    documentHandler(page, 'text/html; charset=utf-8', { 'content-security-policy': REFERENCE_CSP }),
  )
  server.get(`${PREFIX}/reference.css`, documentHandler(stylesheet, 'text/css; charset=utf-8'))
  server.post('/webhooks/stripe', async (c) => {
    c.env.routed?.('/webhooks/stripe')
    await receive(app, await readBytes(c.req.raw), c.req.header('stripe-signature'), c.env.address)
    return c.body(null, 200)
  })
  server.get('/.well-known/jwks.json', async (c) => {
    c.env.routed?.('/.well-known/jwks.json')
    return c.json({ keys: await listPublicKeys(app) }, 200, { 'cache-control': 'public, max-age=300' })
  })
  refuseOtherMethods(server)
  server.notFound(() => {
    throw notFound()
  })
  server.onError((error, c) => refuse(app, error, c))

  return {
    fetch: (request, arrival = { requestId: newId('req') }) =>
      withCors(app, request, () => server.fetch(request, arrival)),
    routes,
    openapi: document,
  }
}

/** Messages that are not a vendor's, such as forged ones, are limited by address; true ones may come all at once. */
const FORGED = { name: 'forged-webhooks', attempts: 60, perSeconds: 60 }

async function receive(app: App, body: Uint8Array, signature: string | undefined, address: string | undefined) {
  try {
    await receiveGatewayEvent(app, body, signature)
  } catch (error) {
    if (isProblem(error) && error.code === 'webhook_refused' && address) await app.rates.take(FORGED, address)
    throw error
  }
}

const honoPath = (path: string): string => PREFIX + path.replaceAll(/\{(\w+)\}/g, ':$1')

/** A known address asked with a method it does not have. */
function refuseOtherMethods(server: Hono<Env>): void {
  const methods = new Map<string, Set<string>>()
  for (const { method, path } of server.routes) methods.set(path, (methods.get(path) ?? new Set()).add(method))
  for (const [path, known] of methods) {
    if (known.has('GET')) known.add('HEAD')
    const allow = [...known].toSorted().join(', ')
    server.all(path, (c) => {
      c.env.routed?.(path)
      c.header('allow', allow)
      throw new Problem('invalid', 'method_not_allowed', `This address answers to ${allow} only.`)
    })
  }
}

function refuse(app: App, error: unknown, c: Context<Env>): Response {
  const { requestId } = c.env
  const problem = asProblem(error)
  if (!problem) {
    app.log.error({ error: loggable(error), method: c.req.method, path: c.req.routePath }, 'request failed')
    return faultResponse(requestId)
  }
  app.metrics.problems.inc({ code: problem.code })
  const response = problemResponse(problem, requestId)
  const allow = c.res.headers.get('allow')
  if (allow !== null) response.headers.set('allow', allow)
  return response
}

/** Serves a text that never changes while we run; whoever has it already is told so. */
function documentHandler(text: string, contentType: string, more: Record<string, string> = {}) {
  const bytes = Buffer.from(text)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const headers = { ...more, etag, 'cache-control': 'public, max-age=0, must-revalidate' }
  return (c: Context<Env>): Response => {
    c.env.routed?.(c.req.path)
    if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304, headers)
    return c.body(bytes, 200, { ...headers, 'content-type': contentType })
  }
}
