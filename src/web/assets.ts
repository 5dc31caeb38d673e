import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { Hono } from 'hono'

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.ico': 'image/x-icon',
}
const YEAR = 'public, max-age=31536000, immutable'
const HOUR = 'public, max-age=3600'

type Served = { file: string; type: string; size: number; cacheControl: string; encodings: Map<string, number> }

/**
 * Serves what Vite built for the browser: hashed files under `/assets/` for a year, compressed beforehand, and the few
 * files of `public/` for an hour. Only files found when it starts exist; everything else falls through.
 */
export async function serveAssets(buildDirectory: string): Promise<Hono> {
  const served = await readBuild(join(buildDirectory, 'client'))
  const server = new Hono()
  server.use(async (c, next) => {
    const found = c.req.method === 'GET' || c.req.method === 'HEAD' ? served.get(c.req.path) : undefined
    if (!found) {
      // A page of an older build may ask for a file that is gone: never answer it with HTML.
      if (c.req.path.startsWith('/assets/')) return c.text('Not found', 404)
      return next()
    }
    const accepted = c.req.header('accept-encoding') ?? ''
    const encoding = ['br', 'gzip'].find((name) => accepted.includes(name) && found.encodings.has(name))
    const headers = new Headers({
      'content-type': found.type,
      'cache-control': found.cacheControl,
      'content-length': String(encoding === undefined ? found.size : found.encodings.get(encoding)),
      vary: 'accept-encoding',
    })
    if (encoding !== undefined) headers.set('content-encoding', encoding)
    if (c.req.method === 'HEAD') return new Response(null, { headers })
    const suffix = encoding === 'br' ? '.br' : encoding === 'gzip' ? '.gz' : ''
    const body = Readable.toWeb(createReadStream(found.file + suffix)) as ReadableStream<Uint8Array<ArrayBuffer>>
    return new Response(body, { headers })
  })
  return server
}

async function readBuild(folder: string): Promise<Map<string, Served>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = new Map<string, number>()
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile()) sizes.set(file, (await stat(file)).size)
  }
  const served = new Map<string, Served>()
  for (const [file, size] of sizes) {
    const type = TYPES[extname(file)]
    if (type === undefined) continue
    const path = file.slice(folder.length).replaceAll('\\', '/')
    const encodings = new Map<string, number>()
    for (const [name, suffix] of [
      ['br', '.br'],
      ['gzip', '.gz'],
    ] as const) {
      const compressed = sizes.get(file + suffix)
      if (compressed !== undefined) encodings.set(name, compressed)
    }
    served.set(path, { file, type, size, cacheControl: path.startsWith('/assets/') ? YEAR : HOUR, encodings })
  }
  return served
}
