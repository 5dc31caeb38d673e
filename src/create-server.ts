import { type HttpBindings, serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Server } from 'node:http'
import { type Context, Hono } from 'hono'
import type { App } from '#app/app.ts'
import { countStranger, tooManyFrom } from '#platform/limit-requests.ts'
import { problemResponse } from '#api/problems.ts'
import { createApi } from '#api/server.ts'
import { recordCspReports } from '#modules/accounts/record-csp-reports.ts'
import { authenticateSession } from '#modules/accounts/authenticate-session.ts'
import { clientAddress, isOneOf } from '#platform/client-address.ts'
import { newId } from '#platform/ids.ts'
import { logScope } from '#platform/log.ts'
import { withRowScope } from '#platform/row-scope.ts'
import { isMigrated } from '#platform/migrate.ts'
import { equalText } from '#platform/secrets.ts'
import { readCookie } from '#web/cookies.ts'
import type { CreateWeb } from '#web/web.ts'

const SESSION = '__Host-session'

type Bindings = { Bindings: Partial<HttpBindings>; Variables: { requestId: string; route: string; address: string } }

export type ServerParts = {
  /** The pages and the files browsers load; without them only the API answers. */
  web?: { createWeb: CreateWeb; assets: Hono }
  /** Told when the server stops, so that open streams end. */
  signal?: AbortSignal
}

/** Everything that answers over HTTP: health, metrics, API, webhooks, files and pages, in this order. */
export function createServer(app: App, parts: ServerParts = {}): Hono<Bindings> {
  const server = new Hono<Bindings>()
  server.use(async (c, next) => {
    const started = performance.now()
    const requestId = newId('req')
    c.set('requestId', requestId)
    c.set('route', 'page')
    const address = addressOf(app, c)
    c.set('address', address)
    await logScope.run({ requestId, ...(address ? { address } : {}) }, () =>
      withRowScope(async () => {
        if (!isForUs(app, c) && !BY_ANY_NAME.test(c.req.path))
          c.res = c.text('This is not the address of this site.', 421)
        else {
          const refused = await refuseTooMany(app, c)
          if (refused) c.res = refused
          else await next()
        }
        for (const [name, value] of Object.entries(headersFor(app, c.req.path, c.res.status)))
          if (!c.res.headers.has(name)) c.res.headers.set(name, value)
        c.res.headers.set('x-request-id', requestId)
        const ms = performance.now() - started
        const { method, path } = c.req
        app.metrics.requestSeconds.observe({ method, route: c.get('route'), status: c.res.status }, ms / 1000)
        if (!path.startsWith('/assets/'))
          app.log.info({ method, path, status: c.res.status, ms: Math.round(ms) }, 'request')
      }),
    )
  })
  health(server, app)
  cspReports(server, app)
  const api = createApi(app, parts.signal ? { signal: parts.signal } : {})
  for (const paths of ['/api/*', '/webhooks/*', '/.well-known/*'])
    server.all(paths, (c) => api.fetch(c.req.raw, { ...arrival(c), routed: (pattern) => c.set('route', pattern) }))
  if (parts.web) mountWeb(server, app, parts.web)
  return server
}

function mountWeb(server: Hono<Bindings>, app: App, { createWeb, assets }: NonNullable<ServerParts['web']>): void {
  const { stripe } = app.config
  const web = createWeb(app, {
    signedIn: async (request, { address }) => {
      const token = readCookie(request, SESSION)
      if (token === undefined) return undefined
      const signedIn = await authenticateSession(app, token)
      if (!signedIn && address) await countStranger(app, { address, method: request.method })
      return signedIn
    },
    paymentOrigins: stripe.apiBase ? [stripe.apiBase] : ['https://checkout.stripe.com', 'https://billing.stripe.com'],
  })
  server.route('/', assets)
  server.all('*', (c) => web.fetch(c.req.raw, arrival(c)))
}

/** The answer to a request that is one too many for its address; undefined for all others. */
async function refuseTooMany(app: App, c: Context<Bindings>): Promise<Response | undefined> {
  const { requestId, address } = arrival(c)
  const { method, path } = c.req
  const credentials = c.req.header('authorization') !== undefined || (c.req.header('cookie') ?? '').includes(SESSION)
  const problem = await tooManyFrom(app, { method, path, address, credentials })
  if (!problem) return undefined
  if (path.startsWith('/api/')) return problemResponse(problem, requestId)
  return c.text(problem.message, 429, { 'retry-after': String(problem.retryAfterSeconds) })
}

/** What is known of a request before anybody looks into it. */
const arrival = (c: Context<Bindings>): { requestId: string; address: string } => ({
  requestId: c.get('requestId'),
  address: c.get('address'),
})

/** From where it comes: whom a proxy of ours names, else whoever is connected. */
const addressOf = (app: App, c: Context<Bindings>): string =>
  clientAddress(peerOf(c), c.req.header('x-forwarded-for'), app.config.trustedProxies)

/** Who is connected to us. Asked in process there is no connection, and no environment at all. */
function peerOf(c: Context<Bindings>): string {
  const bindings = c.env as Partial<HttpBindings> | undefined
  return bindings?.incoming ? (getConnInfo(c).remote.address ?? '') : ''
}

/**
 * Whether a request is for us. Another name that leads here, such as a bare address or one somebody else registered, gets
 * no page that could be taken for one of theirs. A proxy of ours may tell the name it was asked by. Simulated mode answers
 * to every name of this machine, too.
 */
function isForUs(app: App, c: Context<Bindings>): boolean {
  const { publicUrl, trustedProxies, mode } = app.config
  const told = isOneOf(trustedProxies, peerOf(c)) ? c.req.header('x-forwarded-host') : undefined
  const { host, hostname } = told === undefined ? new URL(c.req.url) : { host: told, hostname: told }
  if (host === new URL(publicUrl).host) return true
  return mode === 'simulated' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

/** Load balancers and Prometheus ask by address. */
const BY_ANY_NAME = /^\/(health\/|metrics$)/

function health(server: Hono<Bindings>, app: App): void {
  server.get('/health/live', (c) => c.json({ status: 'live' }))
  server.get('/health/ready', async (c) => {
    const checks = {
      database: await succeeds(() => isMigrated(app.database)),
      queue: await succeeds(() => app.queue.isReady()),
    }
    const ready = Object.values(checks).every(Boolean)
    return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503)
  })
  server.get('/metrics', async (c) => {
    const { metricsToken, mode } = app.config
    const given = c.req.header('authorization') ?? ''
    const allowed = metricsToken ? equalText(given, `Bearer ${metricsToken.reveal()}`) : mode === 'simulated'
    if (!allowed) return c.text('Not found', 404)
    return c.text(await app.metrics.registry.metrics(), 200, { 'content-type': app.metrics.registry.contentType })
  })
}

const REPORT_MAX = 65_536

/** Whatever a browser sends is answered alike; what is no report is passed over. */
function cspReports(server: Hono<Bindings>, app: App): void {
  server.post('/csp-reports', async (c) => {
    c.set('route', '/csp-reports')
    if (Number(c.req.header('content-length') ?? REPORT_MAX + 1) > REPORT_MAX) return c.body(null, 413)
    const text = await c.req.text()
    await recordCspReports(app, tryParse(text))
    return c.body(null, 204)
  })
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined // No report.
  }
}

async function succeeds(act: () => Promise<boolean>): Promise<boolean> {
  try {
    return await act()
  } catch {
    return false // Not reachable is the answer here.
  }
}

/** On every answer, errors and files included. Pages bring their own content security policy. */
function headersFor(app: App, path: string, status: number): Record<string, string> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(path.startsWith('/assets/') && status < 400 ? {} : { 'cache-control': 'no-store' }),
    ...(app.config.publicUrl.startsWith('https://')
      ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }
      : {}),
  }
}

/** Listens; resolves when it does, rejects when the port cannot be had. */
export async function listen(
  server: { fetch: Hono<Bindings>['fetch'] },
  options: { host: string; port: number },
): Promise<Server> {
  return new Promise((done, failed) => {
    const http = serve({ fetch: server.fetch, hostname: options.host, port: options.port }, () => {
      done(http)
    }) as Server
    http.once('error', failed)
  })
}
