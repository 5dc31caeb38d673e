import { join } from 'node:path'
import { createServer, listen } from '#app/create-server.ts'
import { StartError } from '#platform/postgres-home.ts'
import { serveAssets } from '#web/assets.ts'
import { loadWeb } from '#web/load-web.ts'
import { openApp } from './environment.ts'
import { onStop, ready } from './process-life.ts'

/** `ez web`: answers HTTP requests until told to stop. */
export async function run(): Promise<void> {
  const build = join(import.meta.dirname, '../../build')
  const [createWeb, assets, app] = await Promise.all([loadWeb(build), serveAssets(build), openApp('web')])
  const closing = new AbortController()
  const { host, port } = app.config
  const http = await listen(createServer(app, { web: { createWeb, assets }, signal: closing.signal }), {
    host,
    port,
  }).catch((cause: unknown) => {
    throw new StartError(portSentence(cause, host, port), { cause })
  })
  app.log.info({ host, port }, 'web is ready')
  ready('web')
  onStop(app.log, async () => {
    closing.abort()
    const closed = new Promise((done) => http.close(done))
    http.closeIdleConnections()
    setTimeout(() => {
      http.closeAllConnections()
    }, 5_000).unref()
    await closed
    await app.close()
  })
}

function portSentence(cause: unknown, host: string, port: number): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Stop it, or set PORT to another.`
  if (code === 'EACCES') return `Port ${port} needs rights this user does not have. Set PORT to one above 1023.`
  return `Cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`
}
