import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 120_000
const RETRY_MS = 250

export type Answer = { status: number; text: string }

/** Thrown when whoever waits gave up; the message tells at what. */
export class GaveUp extends Error {}

/** Looks again and again until there is something to be found. Throws GaveUp after two minutes. */
export async function until<T>(what: string | (() => string), look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline)
      throw new GaveUp(`waited two minutes for ${typeof what === 'string' ? what : what()}`)
    await pause(RETRY_MS)
  }
}

/** The API as a patient customer uses it: whatever fails is tried again, with the same key, for two minutes. */
export class PatientClient {
  token = ''
  readonly #web: string
  readonly #address: string

  /** `address` is where the requests come from, since the shop counts attempts by address. */
  constructor(web: string, address: string) {
    this.#web = web
    this.#address = address
  }

  /** Asks until there is an answer of 2xx, and gives its body. Any other refusal than "later" ends it. */
  async tell<T>(method: string, path: string, body?: object, key?: string): Promise<T> {
    const answer = await until(`an answer to ${method} ${path}`, async () => {
      const got = await this.#ask(method, path, body, key).catch(() => undefined)
      if (!got || got.status >= 500 || got.status === 429 || /idempotency_key_in_use/.test(got.text)) return undefined
      if (got.status >= 400) throw new GaveUp(`${method} ${path} was refused: ${got.status} ${got.text.slice(0, 300)}`)
      return got
    })
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T
  }

  #ask(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body)
    return new Promise((done, failed) => {
      const asking = request(
        `${this.#web}/api/v1${path}`,
        {
          method,
          agent: false,
          localAddress: this.#address,
          timeout: 60_000,
          headers: {
            ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
            'content-length': String(Buffer.byteLength(text)),
          },
        },
        (answer) => {
          const pieces: Buffer[] = []
          answer.on('data', (piece: Buffer) => pieces.push(piece))
          answer.once('error', failed)
          answer.once('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }))
        },
      )
      asking.once('error', failed).once('timeout', () => asking.destroy(new Error('no answer')))
      asking.end(text)
    })
  }
}
