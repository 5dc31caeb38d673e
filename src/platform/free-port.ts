import { createServer } from 'node:net'

const FIRST = 20_000
const COUNT = 12_000

/**
 * The first of `count` ports in a row on which nobody of this machine listens. They lie below the ones the system lends
 * to outgoing connections (Linux: `ip_local_port_range`, from 32,768), so that nobody takes them before they are used.
 */
export async function findFreePorts(count: number): Promise<number> {
  for (;;) {
    const first = FIRST + Math.floor(Math.random() * COUNT)
    const free = await Promise.all(Array.from({ length: count }, (_each, index) => isFree(first + index)))
    if (free.every(Boolean)) return first
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const probe = createServer()
      .once('error', () => {
        done(false)
      })
      .listen(port, '127.0.0.1', () => {
        probe.close(() => {
          done(true)
        })
      })
  })
