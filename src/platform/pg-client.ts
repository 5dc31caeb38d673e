import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import pg from 'pg'

const MAX_PREPARED = 400

/**
 * A connection that lets the database keep the plan of every statement it has seen before, and that sends statements
 * without waiting for the answers of those before them. Statements still run one after the other.
 */
export class PreparingClient extends pg.Client {
  readonly #seen = new Map<string, string | undefined>()

  constructor(config?: string | pg.ClientConfig) {
    super({
      ...(typeof config === 'string' ? { connectionString: config } : config),
      pipeline: true,
    })
    const send = super.query.bind(this) as (...given: unknown[]) => unknown
    const prepared = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
      this.#gather()
      if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return send(text, values, ...rest)
      const name = this.#nameOf(text)
      return name === undefined ? send(text, values, ...rest) : send({ name, text, values }, ...rest)
    }
    this.query = prepared as typeof this.query
  }

  /** What is sent in one turn leaves in one write: a system call for each statement costs more than the statement. */
  #gather(): void {
    const { stream } = (this as unknown as { connection: { stream: Duplex } }).connection
    stream.cork()
    process.nextTick(() => {
      stream.uncork()
    })
  }

  /** The first time a text is only remembered: most that are built on the fly never come again. */
  #nameOf(text: string): string | undefined {
    const known = this.#seen.get(text)
    if (known !== undefined) return known
    if (!this.#seen.has(text)) {
      if (this.#seen.size < MAX_PREPARED) this.#seen.set(text, undefined)
      return undefined
    }
    const name = `ez_${createHash('sha1').update(text).digest('base64url')}`
    this.#seen.set(text, name)
    return name
  }
}
