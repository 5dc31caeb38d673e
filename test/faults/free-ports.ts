import { createServer } from 'node:net'

/** Where the web process listens, and the first of the simulators' five. */
export type Ports = { web: number; simulators: number }

/** Six ports in a row that nobody listens on. */
export async function freePorts(): Promise<Ports> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 12_000)
    const wanted = Array.from({ length: 6 }, (_each, index) => first + index)
    const free = await Promise.all(wanted.map(isFree))
    if (free.every(Boolean)) return { web: first, simulators: first + 1 }
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const probe = createServer()
      .once('error', () => {
        done(false)
      })
      .listen(port, '127.0.0.1', () => probe.close(() => done(true)))
  })
