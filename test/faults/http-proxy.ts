import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Message } from './message-names.ts'
import type { Peer, Side } from './points.ts'
import type { Strikes } from './strikes.ts'
import type { Traffic } from './traffic.ts'

/** An answer as it came, reason phrase and all: Proxmox says there what is wrong. */
type Answer = { status: number; reason: string; headers: string[]; body: Buffer }

export type HttpProxyOptions = {
  side: Side
  peer: Peer
  targetPort: number
  traffic: Traffic
  strikes: Strikes
  /** What a message is called, such as `POST /v1/customers`. */
  nameOf(message: Message): string
}

const SLOW_PIECES = 6
const SLOW_MS = 500
const RETRY_AFTER_SECONDS = 1

export type Proxy = { port: number; close(): Promise<void> }

/** Stands between a process of ours and a peer that speaks HTTP, passes everything on and strikes where it is told to. */
export async function httpProxy(options: HttpProxyOptions): Promise<Proxy> {
  const server = createServer((asked, answering) => {
    relay(options, asked, answering).catch(() => {
      asked.socket.destroy()
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

async function relay(options: HttpProxyOptions, asked: IncomingMessage, answering: ServerResponse): Promise<void> {
  const message = {
    method: asked.method ?? 'GET',
    path: asked.url ?? '/',
    headers: asked.rawHeaders,
    body: await read(asked),
  }
  const { socket } = asked
  const { side, peer, traffic, strikes, targetPort } = options
  const fault = traffic.pass(side, peer, options.nameOf(message))
  switch (fault?.action) {
    case undefined:
      return give(answering, await forward(targetPort, message))
    case 'kill-before':
      await strikes.kill(side)
      return void socket.destroy()
    case 'reset':
      return void socket.resetAndDestroy()
    case 'too-many':
      return give(answering, refusal(peer, 429, 'Too Many Requests'))
    case 'kill-after':
      await forward(targetPort, message)
      await strikes.kill(side)
      return void socket.destroy()
    case 'lost-answer':
      await forward(targetPort, message)
      return void socket.destroy()
    case 'error-after':
      await forward(targetPort, message)
      return give(answering, refusal(peer, 500, 'Internal Server Error'))
    case 'slow':
      return drip(answering, await forward(targetPort, message))
    case 'twice':
      await forward(targetPort, message)
      return give(answering, await forward(targetPort, message))
    case 'hang':
      await forward(targetPort, message)
      return gone(socket)
    case 'postgres-before':
    case 'postgres-after':
      throw new Error(`${fault.action} cannot happen to HTTP`)
  }
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of message) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** What belongs to one connection and not to the message. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect'])

function passedOn(raw: string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < raw.length; index += 2)
    if (!OF_THE_CONNECTION.has(raw[index]!.toLowerCase())) kept.push(raw[index]!, raw[index + 1]!)
  return kept
}

async function forward(port: number, { method, path, headers, body }: Message): Promise<Answer> {
  const length =
    body.length > 0 || !['GET', 'HEAD', 'DELETE'].includes(method) ? ['content-length', `${body.length}`] : []
  const answer = await new Promise<IncomingMessage>((done, failed) => {
    const asking: ClientRequest = request(
      { host: '127.0.0.1', port, method, path, headers: [...passedOn(headers), ...length], agent: false },
      done,
    )
    asking.once('error', failed)
    asking.end(body)
  })
  return {
    status: answer.statusCode ?? 502,
    reason: answer.statusMessage ?? '',
    headers: passedOn(answer.rawHeaders),
    body: await read(answer),
  }
}

function give(answering: ServerResponse, { status, reason, headers, body }: Answer): void {
  answering.writeHead(status, reason, [...headers, 'content-length', String(body.length)])
  answering.end(body)
}

async function drip(answering: ServerResponse, { status, reason, headers, body }: Answer): Promise<void> {
  answering.writeHead(status, reason, [...headers, 'content-length', String(body.length)])
  answering.flushHeaders()
  const size = Math.max(1, Math.ceil(body.length / SLOW_PIECES))
  for (let at = 0; at < body.length; at += size) {
    await pause(SLOW_MS)
    answering.write(body.subarray(at, at + size))
  }
  answering.end()
}

/** An error in the peer's own shape, so that it is told apart by what a real one would say. */
function refusal(peer: Peer, status: number, reason: string): Answer {
  const bodies: Partial<Record<Peer, object>> = {
    stripe: { error: { type: status === 429 ? 'invalid_request_error' : 'api_error', message: reason } },
    proxmox: { data: null, message: `${reason}\n` },
  }
  return {
    status,
    reason,
    headers: [
      'content-type',
      'application/json',
      ...(status === 429 ? ['retry-after', String(RETRY_AFTER_SECONDS)] : []),
    ],
    body: Buffer.from(JSON.stringify(bodies[peer] ?? {})),
  }
}

const gone = (socket: Socket): Promise<void> =>
  new Promise((done) => {
    if (socket.destroyed) done()
    else socket.once('close', () => done())
  })
