import { PassThrough, Readable } from 'node:stream'
import { arrayBuffer } from 'node:stream/consumers'
import { isbot } from 'isbot'
import { type PipeableStream, renderToPipeableStream } from 'react-dom/server'
import { type EntryContext, type HandleErrorFunction, type RouterContextProvider, ServerRouter } from 'react-router'
import { appContext, nonceContext, replyContext, requestContext } from './context.ts'
import { documentOf } from './handle.ts'
import { ALWAYS_ENFORCED, contentSecurityPolicy } from './policy.ts'

const RENDER_TIMEOUT_MS = 6_000

/** Deferred data of a page must arrive within this time, in milliseconds. */
export const streamTimeout = RENDER_TIMEOUT_MS - 1_000

/** Hydrated pages stream; pages without hydration are sent whole, since late parts would need inline scripts. */
export default function renderPage(
  request: Request,
  status: number,
  headers: Headers,
  entry: EntryContext,
  context: RouterContextProvider,
): Promise<Response> {
  const handles = entry.staticHandlerContext.matches.map((match) => entry.routeModules[match.route.id]?.handle)
  const nonce = documentOf(handles).hydrate ? context.get(nonceContext) : undefined
  const { formAction, retryAfterSeconds } = context.get(replyContext)
  headers.set('content-type', 'text/html; charset=utf-8')
  const { cspMode, publicUrl } = context.get(appContext).config
  const policy = contentSecurityPolicy({ nonce, formAction })
  headers.set('content-security-policy', cspMode === 'enforce' ? policy : ALWAYS_ENFORCED)
  if (cspMode === 'report-only') headers.set('content-security-policy-report-only', policy)
  headers.set('reporting-endpoints', `csp="${publicUrl}/csp-reports"`)
  if (!headers.has('cache-control') || status >= 400) headers.set('cache-control', 'private, no-store')
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  const streams = nonce !== undefined && !isbot(request.headers.get('user-agent') ?? '')
  const element = <ServerRouter context={entry} url={request.url} {...(nonce === undefined ? {} : { nonce })} />

  return new Promise((resolve, reject) => {
    let answered = false
    const timer = setTimeout(() => stream.abort(), RENDER_TIMEOUT_MS)
    timer.unref()
    const send = (): void => {
      answered = true
      const body = new PassThrough()
      body.on('close', () => clearTimeout(timer))
      stream.pipe(body)
      if (streams)
        resolve(new Response(Readable.toWeb(body) as ReadableStream<Uint8Array<ArrayBuffer>>, { status, headers }))
      // In one piece, so that what stands in the middle of the screen is not drawn before it is complete.
      else arrayBuffer(body).then((whole) => resolve(new Response(whole, { status, headers })), reject)
    }
    const stream: PipeableStream = renderToPipeableStream(element, {
      ...(nonce === undefined ? {} : { nonce }),
      [streams ? 'onShellReady' : 'onAllReady']: send,
      onShellError: reject,
      onError(error: unknown) {
        // Before the shell stands, the router renders the error page and reports the error itself.
        if (answered) logError(error, request, context)
      },
    })
  })
}

export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (!request.signal.aborted) logError(error, request, context)
}

function logError(error: unknown, request: Request, context: Readonly<RouterContextProvider>): void {
  const { requestId } = context.get(requestContext)
  context.get(appContext).log.error({ err: error, requestId, url: new URL(request.url).pathname }, 'page failed')
}
