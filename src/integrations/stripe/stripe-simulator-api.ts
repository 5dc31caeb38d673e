import { timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import type { Context, MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import { type FormTree, FormConflict, parseForm } from './form-encoding.ts'
import { expandAnswer } from './stripe-simulator-lists.ts'
import type { Memory } from './stripe-simulator-memory.ts'
import { API_VERSION, randomText } from './stripe-simulator-memory.ts'
import { writeLimit } from './stripe-simulator-limit.ts'
import { type Answer, createOnce } from './stripe-simulator-idempotency.ts'
import { readParams } from './stripe-simulator-params.ts'
import { invalid, isRefusal, Refusal } from './stripe-simulator-refusal.ts'

/** How Stripe takes a request, whatever it is about: key, version, form, idempotency, expansion, errors. */

type Ids = Record<string, string>
type Endpoint = <P extends { expand?: string[] | undefined }>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  params: z.ZodType<P>,
  run: (params: P, ids: Ids) => object,
) => void

export type Api = { app: Hono; endpoint: Endpoint; setLatency(ms: number): void }

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function givenKey(header: string | undefined): string | undefined {
  const [scheme, value = ''] = (header ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString().split(':')[0]
  return undefined
}

function requireAccess(c: Context, secretKey: string): void {
  const key = givenKey(c.req.header('authorization'))
  const type = 'invalid_request_error'
  if (!key)
    throw new Refusal(401, {
      type,
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    })
  if (!sameText(key, secretKey))
    throw new Refusal(401, { type, message: `Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}` })
  if (c.req.header('stripe-account'))
    throw new Refusal(403, {
      type,
      code: 'account_invalid',
      message: `The provided key does not have access to account '${c.req.header('stripe-account')}' (or that account does not exist).`,
    })
  const version = c.req.header('stripe-version')
  if (version && version !== API_VERSION)
    throw invalid(`Invalid Stripe API version: ${version}. This simulator speaks ${API_VERSION} only.`)
}

async function readForm(c: Context): Promise<{ text: string; form: FormTree }> {
  const get = c.req.method === 'GET'
  if (!get && (c.req.header('content-type') ?? '').includes('json'))
    throw invalid('Requests to the v1 API must be form-encoded, not JSON.', { executed: false })
  const query = new URL(c.req.url).search.slice(1)
  const text = get ? query : (await c.req.text()) || (c.req.method === 'DELETE' ? query : '')
  try {
    return { text, form: parseForm(text) }
  } catch (error) {
    if (error instanceof FormConflict) throw invalid(error.message, { param: error.param, executed: false })
    throw error
  }
}

const envelope = (refusal: Refusal, requestId: string): Answer => ({
  status: refusal.status,
  body: { error: { ...refusal.error, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` } },
  requestId,
  executed: refusal.executed,
})

/** The headers every answer carries, planned failures included; the SDK heeds Stripe-Should-Retry. */
const headers: MiddlewareHandler = async (c, next) => {
  const requestId = `req_${randomText(14)}`
  c.set('requestId', requestId)
  await next()
  const given = c.res.headers
  if (!given.has('request-id')) given.set('request-id', requestId)
  given.set('stripe-version', API_VERSION)
  const key = c.req.header('idempotency-key')
  if (key && c.req.method === 'POST') given.set('idempotency-key', key)
  if (c.res.status === 409 || c.res.status === 503) given.set('stripe-should-retry', 'true')
  else if (c.res.status >= 500) given.set('stripe-should-retry', 'false')
}

function send(c: Context, { status, body, requestId }: Answer): Response {
  c.header('request-id', requestId)
  return c.body(JSON.stringify(body), status as 200, { 'content-type': 'application/json' })
}

export function createApi(input: { memory: Memory; secretKey: string; faults: MiddlewareHandler }): Api {
  const { memory } = input
  const once = createOnce(memory)
  const app = new Hono()
  const requestIdOf = (c: Context): string => String(c.get('requestId') ?? 'req_none')

  app.use('/v1/*', headers)
  app.use('/v1/*', input.faults)
  app.use('/v1/*', writeLimit(memory))

  const endpoint: Endpoint = (method, path, params, run) => {
    app.on(method, path, async (c) => {
      requireAccess(c, input.secretKey)
      const { text, form } = await readForm(c)
      const requestId = requestIdOf(c)
      const key = method === 'POST' ? c.req.header('idempotency-key') : undefined
      const execute = (): Answer =>
        memory.during({ id: requestId, idempotency_key: key ?? null }, () => {
          try {
            const read = readParams(params, form)
            const body = expandAnswer(memory, run(read, c.req.param()), read.expand)
            return { status: 200, body, requestId, executed: true }
          } catch (error) {
            if (!isRefusal(error)) throw error
            return envelope(error, requestId)
          }
        })
      if (!key) return send(c, execute())
      const answer = await once.run({ key, endpoint: c.req.path, form: text }, execute)
      if (!answer.replayed) return send(c, answer)
      c.header('idempotent-replayed', 'true')
      c.header('original-request', answer.requestId)
      return send(c, { ...answer, requestId })
    })
  }

  app.notFound((c) => {
    const message = `Unrecognized request URL (${c.req.method}: ${c.req.path}). Please see https://stripe.com/docs.`
    return send(c, envelope(new Refusal(404, { type: 'invalid_request_error', message }), requestIdOf(c)))
  })
  app.onError((error, c) => {
    if (isRefusal(error)) return send(c, envelope(error, requestIdOf(c)))
    throw error
  })

  return {
    app,
    endpoint,
    setLatency: (ms) => {
      once.setLatency(ms)
    },
  }
}
