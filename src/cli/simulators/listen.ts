import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { Problem } from '#platform/problem.ts'

export type Listener = {
  /** As a browser on this machine would write it. */
  origin: string
  /** What answers from now on; requests that came before wait for it. */
  answerWith(app: Hono): void
  /** Takes no new request, lets running ones finish for at most five seconds. */
  close(): Promise<void>
}

const DRAIN_MS = 5_000

/**
 * Takes a TCP port before there is anything to answer with, since the addresses of the others must be known first.
 * Throws Problem('conflict', 'port_taken') with a sentence for the person at the terminal.
 */
export async function listenHttp(wanted: { name: string; host: string; port: number }): Promise<Listener> {
  const ready = Promise.withResolvers<Hono>()
  const server = serve({
    fetch: async (request, env) => (await ready.promise).fetch(request, env),
    hostname: wanted.host,
    port: wanted.port,
    // The simulators call out themselves, and for that the process keeps its own Request and Response.
    overrideGlobalObjects: false,
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (error) => reject(portProblem(error, wanted)))
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : wanted.port
  return {
    origin: `http://${shownHost(wanted.host)}:${port}`,
    answerWith: ready.resolve,
    close: async () => {
      const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      await new Promise((resolve) => server.close(resolve))
      clearTimeout(timer)
    },
  }
}

/** The host to put into an address: a wildcard is reached by the loopback, and IPv6 wants brackets. */
export function shownHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/** Says in one plain sentence why a port could not be had; any other error stays as it is. */
export function portProblem(error: unknown, wanted: { name: string; host: string; port: number }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const where = `Port ${wanted.port} on ${wanted.host}`
  if (code === 'EADDRINUSE')
    return new Problem('conflict', 'port_taken', `${where} is taken by another program; ${wanted.name} wanted it.`)
  if (code === 'EACCES')
    return new Problem('conflict', 'port_forbidden', `${where} may not be used by this user; ${wanted.name} wanted it.`)
  if (code === 'EADDRNOTAVAIL')
    return new Problem(
      'conflict',
      'host_unknown',
      `${wanted.host} is no address of this machine; ${wanted.name} wanted it.`,
    )
  return error
}
