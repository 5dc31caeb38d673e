// Runs in a process of its own: sends requests over kept-alive connections and prints what came back. It works on bare
// sockets with requests written beforehand, as wrk does: a client that takes the second core would be what is measured.
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { LoadPlan } from './http-load.ts'

const plan = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as LoadPlan
const { hostname, port, host } = new URL(plan.origin)
const messages = Array.from({ length: plan.count }, (_each, index) => message(plan.requests?.[index]))

const statuses: Record<string, number> = {}
const times: number[] = []
let next = 0
const spacing = plan.startsPerSecond === undefined ? 0 : 1_000 / plan.startsPerSecond
const sockets = await Promise.all(Array.from({ length: plan.connections }, open))
const began = performance.now()
await Promise.all(sockets.map(work))
const seconds = (performance.now() - began) / 1_000
times.sort((a, b) => a - b)
process.stdout.write(
  JSON.stringify({ perSecond: plan.count / seconds, p99: times[Math.floor(times.length * 0.99)], statuses }),
)

function message(request: NonNullable<LoadPlan['requests']>[number] = { headers: {} }): Buffer {
  const body = Buffer.from(request.body ?? '')
  const headers = {
    host,
    ...plan.headers,
    ...request.headers,
    ...(plan.method === 'POST' ? { 'content-length': body.length } : {}),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${plan.method} ${plan.path} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

function open(): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => {
      done(socket)
    })
    socket.once('error', failed)
  })
}

/** Sends one request after the other on one connection until none are left. */
function work(socket: Socket): Promise<void> {
  return new Promise((done, failed) => {
    let sent = 0
    let read = ''
    const send = (): void => {
      const wait = began + next * spacing - performance.now()
      if (wait > 0) {
        setTimeout(send, wait)
        return
      }
      const index = next++
      if (index >= plan.count) {
        socket.end()
        done()
        return
      }
      sent = performance.now()
      read = ''
      socket.write(messages[index]!)
    }
    socket.on('data', (chunk: Buffer) => {
      read += chunk.toString('latin1')
      if (!isWhole(read)) return
      times.push(performance.now() - sent)
      const status = read.slice(9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      send()
    })
    socket.on('error', failed)
    send()
  })
}

/** Whether an answer has arrived to its end. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, head))?.[1]
  if (length !== undefined) return answer.length >= head + 4 + Number(length)
  return answer.endsWith('0\r\n\r\n')
}
