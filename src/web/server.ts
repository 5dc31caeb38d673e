import { randomBytes } from 'node:crypto'
import { createRequestHandler, RouterContextProvider, type ServerBuild } from 'react-router'
import * as build from 'virtual:react-router/server-build'
import type { App } from '#app/app.ts'
import { readOfferVersion } from '#modules/catalog/catalog-queries.ts'
import type { SignedIn } from '#modules/accounts/session.ts'
import { anonymous } from '#platform/actor.ts'
import {
  actorContext,
  appContext,
  localeContext,
  nonceContext,
  refusalContext,
  replyContext,
  requestContext,
  signedInContext,
} from './context.ts'
import { readCookie } from './cookies.ts'
import { localeOf } from './locale.ts'
import { createOfferWatch } from './offer-watch.ts'
import { createPageCache } from './page-cache.ts'
import { isPreviewing, withoutSharing } from './preview-cookie.ts'
import { toThrowable } from './problems.ts'
import type { Arrival, Web, WebOptions } from './web.ts'

/** The pages of shop, sign-in, portal and staff as one fetch handler over the product. */
export function createWeb(app: App, options: WebOptions): Web {
  const handle = createRequestHandler(withProblems(build as ServerBuild, app.config.publicUrl), import.meta.env.MODE)
  const pages = createPageCache()
  const offer = createOfferWatch(() => readOfferVersion(app), pages.clear)

  const render = (request: Request, arrival: Arrival): Promise<Response> =>
    handle(request, contextOf(app, options, request, arrival))

  return {
    async fetch(request, arrival) {
      if (isForeignWrite(request, app.config.publicUrl))
        return new Response('This form was sent from another site.', { status: 403 })
      // Whoever changes what is for sale sees it at once.
      if (request.method !== 'GET' && request.method !== 'HEAD') offer.expire()
      if (isPreviewing(request)) return withoutSharing(await render(request, arrival))
      if (import.meta.env.DEV || !pages.mayKeep(request)) return render(request, arrival)
      const version = await offer.look()
      const kept = pages.find(request)
      if (kept) return kept
      const made = await render(request, arrival)
      return offer.isCurrent(version) ? pages.keep(request, made) : made
    },
    dropPages: pages.clear,
  }
}

function contextOf(app: App, options: WebOptions, request: Request, arrival: Arrival): RouterContextProvider {
  const context = new RouterContextProvider()
  let asked: Promise<SignedIn | undefined> | undefined
  const theme = readCookie(request, 'theme')
  context.set(appContext, app)
  context.set(actorContext, anonymous)
  context.set(signedInContext, () => (asked ??= options.signedIn(request, arrival)))
  context.set(nonceContext, randomBytes(16).toString('base64'))
  context.set(localeContext, localeOf(request))
  context.set(replyContext, { formAction: [], retryAfterSeconds: undefined })
  context.set(requestContext, {
    ...arrival,
    userAgent: (request.headers.get('user-agent') ?? '').slice(0, 300),
    origin: app.config.publicUrl,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    timeZone: knownTimeZone(readCookie(request, 'tz')),
    paymentOrigins: options.paymentOrigins ?? [],
  })
  return context
}

/** Browsers say where a form comes from; the router itself checks the Origin header for pages, but not for bare actions. */
function isForeignWrite(request: Request, publicUrl: string): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  // Behind a proxy that speaks https for us, the request's own address says http: hosts are what counts.
  const own = [publicUrl, request.url].map((address) => new URL(address).host)
  return origin !== null && !(URL.canParse(origin) && own.includes(new URL(origin).host))
}

function knownTimeZone(name: string | undefined): string {
  if (name === undefined || name.length > 60) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return 'UTC' // A cookie somebody edited.
  }
}

type Module = ServerBuild['routes'][string] & object
type ServerFunction = (args: { request: Request; context: Readonly<RouterContextProvider> }, next?: unknown) => unknown

/** The same pages, with every loader, action and middleware refusing in the router's terms. */
function withProblems(pages: ServerBuild, publicUrl: string): ServerBuild {
  const shells = new Set(Object.values(pages.routes).map((route) => route?.parentId))
  const routes = Object.entries(pages.routes).map(([id, route]) => [
    id,
    route && { ...route, module: guarded(route.module, !shells.has(id)) },
  ])
  return {
    ...pages,
    routes: Object.fromEntries(routes) as ServerBuild['routes'],
    // Behind a proxy that speaks https for us, the request's own address says http.
    allowedActionOrigins: [new URL(publicUrl).host],
  }
}

function guarded(module: Module['module'], isPage: boolean): Module['module'] {
  const guard =
    (run: ServerFunction, refuses = false): ServerFunction =>
    async (args, next) => {
      try {
        const refusal = refuses ? args.context.get(refusalContext) : null
        if (refusal) throw refusal
        return await run(args, next)
      } catch (error) {
        throw toThrowable(error, args.request, args.context)
      }
    }
  const copy: Record<string, unknown> = { ...module }
  for (const name of ['loader', 'action'])
    if (typeof copy[name] === 'function') copy[name] = guard(copy[name] as ServerFunction, isPage)
  if (Array.isArray(copy['middleware']))
    copy['middleware'] = (copy['middleware'] as ServerFunction[]).map((each) => guard(each))
  return copy as unknown as Module['module']
}
