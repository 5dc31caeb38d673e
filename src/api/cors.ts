import type { App } from '#app/app.ts'

const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, last-event-id'
const ANSWER_HEADERS = 'idempotent-replayed, location, retry-after, x-request-id'
const KEPT_SECONDS = '600'

/**
 * Lets pages of the configured origins, and no others, use the API from a browser, with a token: cookies are never meant,
 * so credentials are not allowed (Fetch standard, CORS protocol).
 */
export async function withCors(
  app: App,
  request: Request,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const origin = request.headers.get('origin')
  const allowed = origin !== null && app.config.corsOrigins.includes(origin)
  const asks = request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
  const response = allowed && asks ? new Response(null, { status: 204 }) : await answer()
  const { headers } = response
  headers.append('vary', 'Origin')
  if (!allowed) return response
  headers.set('access-control-allow-origin', origin)
  if (asks) {
    headers.set('access-control-allow-methods', METHODS)
    headers.set('access-control-allow-headers', REQUEST_HEADERS)
    headers.set('access-control-max-age', KEPT_SECONDS)
  } else headers.set('access-control-expose-headers', ANSWER_HEADERS)
  return response
}
