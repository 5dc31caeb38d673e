import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Proxy } from './http-proxy.ts'
import type { Fault, Side } from './points.ts'
import type { Strikes } from './strikes.ts'
import type { Traffic } from './traffic.ts'

const END_OF_MAIL = '\r\n.\r\n'
const SLOW_MS = 500

type Options = { side: Side; targetPort: number; traffic: Traffic; strikes: Strikes }

/** Stands before a mail server; a command with its reply, and a mail's content with its reply, are one message each. */
export async function smtpProxy(options: Options): Promise<Proxy & { hangUp(): void }> {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client)
    client.once('close', () => open.delete(client))
    new Conversation(client, connect(options.targetPort, '127.0.0.1'), options).begin()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const hangUp = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    hangUp,
    close: async () => {
      const closed = new Promise((done) => server.close(done))
      hangUp()
      await closed
    },
  }
}

/** Strictly in turns: a command is passed on once the reply to the one before has come back. */
class Conversation {
  readonly #client: Socket
  readonly #server: Socket
  readonly #options: Options
  #said = ''
  #replied = ''
  #inMail = false
  /** The client was told that its recipient was refused, so there is no mail to take until it begins anew. */
  #refused = false
  #heard: (() => void) | undefined
  #busy = false

  constructor(client: Socket, server: Socket, options: Options) {
    this.#client = client
    this.#server = server
    this.#options = options
  }

  begin(): void {
    const end = (): void => {
      this.#client.destroy()
      this.#server.destroy()
      this.#heard?.()
    }
    for (const socket of [this.#client, this.#server]) socket.on('error', end).on('close', end)
    this.#client.on('data', (piece) => {
      this.#said += piece.toString('latin1')
      void this.#work()
    })
    this.#server.on('data', (piece) => {
      this.#replied += piece.toString('latin1')
      this.#heard?.()
    })
    this.#busy = true
    void this.#exchange('CONNECT', '').then(() => this.#next())
  }

  #next(): void {
    this.#busy = false
    void this.#work()
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    const [what, text] = this.#take()
    if (what === undefined) return
    this.#busy = true
    await this.#exchange(what, text)
    this.#next()
  }

  /** The next whole command, or mail, of the client. */
  #take(): [string | undefined, string] {
    const end = this.#inMail ? END_OF_MAIL : '\r\n'
    const at = this.#said.indexOf(end)
    if (at < 0) return [undefined, '']
    const text = this.#said.slice(0, at + end.length)
    this.#said = this.#said.slice(text.length)
    return [this.#inMail ? 'CONTENT' : (/^\w+/.exec(text)?.[0].toUpperCase() ?? 'NOTHING'), text]
  }

  async #exchange(what: string, text: string): Promise<void> {
    if (this.#refused && what === 'DATA') {
      this.#client.write('503 5.5.1 No valid recipients\r\n', 'latin1')
      return
    }
    this.#refused = false
    const { side, traffic } = this.#options
    const fault = traffic.pass(side, 'smtp', what)
    if (fault && (await this.#strikeBefore(fault))) return
    this.#inMail = false
    this.#server.write(text, 'latin1')
    const reply = await this.#reply()
    if (reply === undefined) return
    // Also a slow answer is one: what follows it is the mail.
    this.#inMail = what === 'DATA' && reply.startsWith('354')
    if (fault && (await this.#strikeAfter(fault, reply))) {
      this.#refused = fault.action === 'error-after' && what === 'RCPT'
      return
    }
    this.#client.write(reply, 'latin1')
  }

  /** A whole reply, its last line included; undefined when the connection ended first. */
  async #reply(): Promise<string | undefined> {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#replied)?.[0]
      if (whole !== undefined) {
        this.#replied = this.#replied.slice(whole.length)
        return whole
      }
      if (this.#server.destroyed) return undefined
      await new Promise<void>((done) => {
        this.#heard = done
      })
    }
  }

  async #strikeBefore({ action, side }: Fault): Promise<boolean> {
    if (action === 'kill-before') await this.#options.strikes.kill(side)
    else if (action === 'too-many') this.#client.end('421 4.7.0 Too many connections, try again later\r\n')
    else if (action === 'reset') this.#client.resetAndDestroy()
    else return false
    this.#server.destroy()
    if (action !== 'too-many') this.#client.destroy()
    return true
  }

  async #strikeAfter({ action, side }: Fault, reply: string): Promise<boolean> {
    if (action === 'error-after') {
      this.#inMail = false
      this.#client.write('451 4.3.0 Local error in processing\r\n')
      return true
    }
    if (action === 'slow') {
      for (const piece of [reply.slice(0, 2), reply.slice(2, 6), reply.slice(6)]) {
        this.#client.write(piece, 'latin1')
        await pause(SLOW_MS)
      }
      return true
    }
    if (action === 'kill-after') await this.#options.strikes.kill(side)
    this.#client.destroy()
    return true
  }
}
