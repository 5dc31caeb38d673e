import { Hono } from 'hono'
import type { App } from '#app/app.ts'

/** Everything that answers over HTTP. */
export function createServer(_app: App): { fetch(request: Request): Response | Promise<Response> } {
  const server = new Hono()
  server.get('/health/live', (c) => c.json({ status: 'ok' }))
  return server
}
