import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** Parameters that shared pages read; a page that needs another one is not kept unless the name is added here. */
const KNOWN = new Set(['currency', 'period', 'region', 'plan'])
/** Parameters that only others read; they change nothing on the page. */
const IGNORED = /^(utm_[a-z]+|gclid|fbclid|msclkid|ref)$/
const MAX_PAGES = 500

type Encoding = 'br' | 'gzip' | 'identity'
type KeptPage = {
  bodies: Record<Encoding, Uint8Array<ArrayBuffer>>
  headers: [string, string][]
  etag: string
  expires: number
}

/** Keeps pages that say `cache-control: public` and set no cookie, compressed and ready to send. */
export function createPageCache() {
  const pages = new Map<string, KeptPage>()

  return {
    find(request: Request): Response | undefined {
      const key = keyOf(request)
      const page = key === undefined ? undefined : pages.get(key)
      if (!page || page.expires < performance.now()) return undefined
      return answer(page, request)
    },

    /** Gives the answer back as it may now be sent: kept and compressed if it is fit for all, else untouched. */
    async keep(request: Request, response: Response): Promise<Response> {
      // An answer to HEAD has no body to keep.
      const key = request.method === 'GET' ? keyOf(request) : undefined
      const maxAge = /^public\b.*\bmax-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1]
      const html = response.headers.get('content-type')?.startsWith('text/html')
      if (key === undefined || !maxAge || !html || response.status !== 200 || response.headers.has('set-cookie'))
        return response
      const page = compress(new Uint8Array(await response.arrayBuffer()), [...response.headers], Number(maxAge))
      const oldest = pages.keys().next().value
      if (pages.size >= MAX_PAGES && oldest !== undefined) pages.delete(oldest)
      pages.set(key, page)
      return answer(page, request)
    },

    /** Whether an answer to this may be kept at all, as far as its address says. */
    mayKeep: (request: Request): boolean => keyOf(request) !== undefined,

    clear: (): void => pages.clear(),
  }
}

/** The address of a shared page in one form only; undefined when it asks for something we do not know. */
function keyOf(request: Request): string | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const url = new URL(request.url)
  const known = [...url.searchParams].filter(([name]) => !IGNORED.test(name))
  if (known.some(([name, value]) => !KNOWN.has(name) || !/^[\w-]{1,40}$/.test(value))) return undefined
  return `${url.pathname}?${new URLSearchParams(known.toSorted(([a], [b]) => (a < b ? -1 : 1)))}`
}

function compress(html: Uint8Array<ArrayBuffer>, headers: [string, string][], maxAgeSeconds: number): KeptPage {
  return {
    bodies: {
      identity: html,
      gzip: new Uint8Array(gzipSync(html, { level: 9 })),
      br: new Uint8Array(brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })),
    },
    headers,
    etag: `W/"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`,
    expires: performance.now() + maxAgeSeconds * 1000,
  }
}

function answer(page: KeptPage, request: Request): Response {
  const headers = new Headers(page.headers)
  headers.set('etag', page.etag)
  headers.set('vary', 'accept-encoding')
  if (request.headers.get('if-none-match')?.includes(page.etag)) return new Response(null, { status: 304, headers })
  const accepted = request.headers.get('accept-encoding') ?? ''
  const encoding: Encoding = accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : 'identity'
  if (encoding !== 'identity') headers.set('content-encoding', encoding)
  headers.set('content-length', String(page.bodies[encoding].byteLength))
  return new Response(request.method === 'HEAD' ? null : page.bodies[encoding], { headers })
}
