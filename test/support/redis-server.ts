import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findFreePorts } from '#platform/free-port.ts'

const NAMES = ['valkey-server', 'redis-server']

/** The Redis or Valkey of this machine; undefined when there is none. */
export function findRedis(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path))
}

export type RedisServer = { url: string; stop(): Promise<void>; start(): Promise<void> }

/** A server on a port of its own that keeps nothing on disk. */
export async function redisServer(binary: string): Promise<RedisServer> {
  const port = await findFreePorts(1)
  let running: ReturnType<typeof spawn> | undefined
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      const started = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'])
      running = started
      await new Promise<void>((done, failed) => {
        started.once('error', failed)
        started.once('exit', () => {
          failed(new Error('the Redis server ended'))
        })
        started.stdout.on('data', (text: Buffer) => {
          if (text.toString().includes('Ready to accept connections')) done()
        })
      })
    },
    stop: async () => {
      const stopped = running
      running = undefined
      if (!stopped) return
      const ended = new Promise((done) => stopped.once('exit', done))
      stopped.kill('SIGKILL')
      await ended
    },
  }
  await server.start()
  return server
}
