import { z } from 'zod'
import { isProblem, type Problem } from '#platform/problem.ts'
import { problemOf, unavailable } from './proxmox-problems.ts'
import { ErrorBody } from './proxmox-shapes.ts'

export type ProxmoxConfig = {
  /** Any nodes of the cluster, `https://host:8006`; each can answer for all. */
  urls: string[]
  /** `user@realm!token`. */
  tokenId: string
  tokenSecret: string
  /** Where disks are made. Shared storage lets a template be copied to any node. */
  storage: string
  /** Where machines are copied to before they are destroyed; nowhere, when left out. */
  backupStorage?: string
  bridge: string
  pool?: string
  /** Only these nodes carry new machines; all, when left out. */
  nodes?: string[]
  fetch: typeof fetch
  timeoutMs?: number
}

export type Values = Record<string, string | number>

export type ProxmoxClient = {
  /** The `data` of the answer, in the expected shape. Asks the next node when one does not answer. */
  get<T>(path: string, shape: z.ZodType<T>, query?: Values): Promise<T>
  /** Asks another node only when it is sure that nothing was sent to the one before. */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, parameters?: Values): Promise<unknown>
}

type Outcome =
  | { kind: 'data'; data: unknown }
  | { kind: 'refused'; problem: Problem; unreachable: boolean }
  | { kind: 'silent'; problem: Problem; sent: boolean }

/** Leaves only unreserved characters, so that even `!`, `(` and blanks survive the server's own decoding. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** A path whose parts are encoded: task ids carry `:`, `@` and `!`. */
export const at = (fixed: TemplateStringsArray, ...parts: (string | number)[]): string =>
  String.raw({ raw: fixed }, ...parts.map((part) => percentEncode(String(part))))

export const formEncode = (parameters: Values): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(String(value))}`)
    .join('&')

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function neverSent(error: unknown): boolean {
  const { cause } = error as { cause?: unknown }
  const code = (cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && NEVER_SENT.has(code)
}

/** Proxmox's own proxy between nodes, or a gateway before it, could not reach the node that was asked for. */
const isUnreachable = (status: number): boolean => status >= 595 || [502, 503, 504].includes(status)

/** Speaks Proxmox's HTTP: tokens, form bodies with a length, reasons in the status line, several entry nodes. */
export function proxmoxClient(config: ProxmoxConfig): ProxmoxClient {
  const { timeoutMs = 20_000 } = config
  const urls = config.urls.map((url) => url.replace(/\/+$/, ''))
  let preferred = 0

  async function ask(url: string, method: string, path: string, encoded: string): Promise<Outcome> {
    const inQuery = method === 'GET' || method === 'DELETE'
    const what = `${method} ${path}`
    try {
      const response = await config.fetch(`${url}/api2/json/${path}${inQuery && encoded ? `?${encoded}` : ''}`, {
        method,
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          authorization: `PVEAPIToken=${config.tokenId}=${config.tokenSecret}`,
          ...(inQuery ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        // Always a body, if an empty one: it brings the Content-Length without which Proxmox answers 501.
        ...(inQuery ? {} : { body: encoded }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      return understand(response, await response.text(), what)
    } catch (error) {
      if (isProblem(error)) throw error
      const cause = error instanceof Error ? (error.cause ?? error) : error
      return { kind: 'silent', problem: unavailable(`${describe(cause)} (${what})`, error), sent: !neverSent(error) }
    }
  }

  async function call(method: string, path: string, parameters: Values): Promise<unknown> {
    const encoded = formEncode(parameters)
    let problem = unavailable('no address of a node is configured')
    for (let turn = 0; turn < urls.length; turn++) {
      const index = (preferred + turn) % urls.length
      const outcome = await ask(urls[index] ?? '', method, path, encoded)
      if (outcome.kind !== 'silent') preferred = index
      if (outcome.kind === 'data') return outcome.data
      problem = outcome.problem
      const elsewhere =
        outcome.kind === 'silent' ? !outcome.sent || method === 'GET' : outcome.unreachable && method === 'GET'
      if (!elsewhere) break
    }
    throw problem
  }

  return {
    async get(path, shape, query = {}) {
      const parsed = shape.safeParse(await call('GET', path, query))
      if (parsed.success) return parsed.data
      throw unavailable(`an answer of another shape (GET ${path}): ${z.prettifyError(parsed.error)}`)
    },
    send: (method, path, parameters = {}) => call(method, path, parameters),
  }
}

function understand(response: Response, text: string, what: string): Outcome {
  const body = ErrorBody.safeParse(parseJson(text))
  if (response.ok) {
    if (body.success) return { kind: 'data', data: body.data.data }
    return { kind: 'refused', problem: unavailable(`the answer is not Proxmox's (${what})`), unreachable: false }
  }
  const said = body.success ? body.data.message : undefined
  const refusal = {
    status: response.status,
    text: said ?? response.statusText,
    fields: (body.success ? body.data.errors : undefined) ?? {},
  }
  return { kind: 'refused', problem: problemOf(refusal, what), unreachable: isUnreachable(response.status) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // An authentication failure has no body, a gateway's page is none of ours.
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code} ` : ''
  return `${code}${cause.message}`.trim()
}
