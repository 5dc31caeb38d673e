import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import pg from 'pg'
import { PgBatch } from './pg-batch.ts'

const MAX_PREPARED = 400

const SEE_ROWS = "select set_config('role', $1, false), set_config('ez.customer', $2, false)"

/** How the driver's own pool asks. */
type Callback = (error: Error | null, result?: pg.QueryResult) => void

/**
 * A connection that lets the database keep the plan of every statement it has seen before, and that sends statements
 * without waiting for the answers of those before them. Statements still run one after the other.
 */
export class PreparingClient extends pg.Client {
  readonly #seen = new Map<string, string>()
  readonly #parsed = new Set<string>()
  #held: { text: string; values: readonly unknown[] }[] = []
  /** Whose rows the connection sees; '' for all, undefined while that is not sure. */
  #rowsOf: string | undefined = ''
  #wanted: string | undefined

  constructor(config?: string | pg.ClientConfig) {
    super({
      ...(typeof config === 'string' ? { connectionString: config } : config),
      pipeline: true,
    })
    const send = super.query.bind(this) as (...given: unknown[]) => unknown
    const prepared = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
      this.#takeView()
      this.#gather()
      const given = Array.isArray(values) ? values : []
      if (typeof text === 'string' && (given.length > 0 || this.#held.length > 0))
        return this.#sendBatch(send, { text, values: given }, rest[0] as Callback | undefined)
      if (this.#held.length > 0) throw new Error('Only a statement can follow held ones')
      return send(text, values, ...rest)
    }
    this.query = prepared as typeof this.query
  }

  /**
   * Keeps a statement back until the next one, and sends both together. If it fails, that one fails with its error and does
   * not run.
   */
  hold(text: string, values: readonly unknown[]): void {
    this.#held.push({ text, values })
  }

  /** For whoever takes the connection: before its next statement it takes the view of this customer, or of everybody. */
  seeRowsOf(customerId: string | undefined): void {
    this.#wanted = customerId ?? ''
  }

  #takeView(): void {
    const wanted = this.#wanted
    this.#wanted = undefined
    if (wanted === undefined || wanted === this.#rowsOf) return
    this.#rowsOf = wanted
    this.#held.unshift({ text: SEE_ROWS, values: [wanted === '' ? 'none' : 'ez_customer', wanted] })
  }

  /** What was set within work that was taken back may not hold: the next to come sets it anew. */
  doubtRows(): void {
    this.#rowsOf = undefined
  }

  /** Forgets what is held back. */
  drop(): void {
    this.#held = []
  }

  #sendBatch(
    send: (...given: unknown[]) => unknown,
    last: { text: string; values: readonly unknown[] },
    callback: Callback | undefined,
  ): Promise<pg.QueryResult> | undefined {
    const statements = [...this.#held, last].map((each) => ({
      ...each,
      name: each.values.length === 0 ? '' : this.#nameOf(each.text),
    }))
    this.#held = []
    const batch = (done: (result: pg.QueryResult) => void, failed: (error: Error) => void): void =>
      void send(
        new PgBatch(statements, this.#parsed, {
          done,
          failed: (error) => {
            this.doubtRows()
            failed(error)
          },
        }),
      )
    if (!callback) return new Promise(batch)
    batch((result) => {
      callback(null, result)
    }, callback)
    return undefined
  }

  /** What is sent in one turn leaves in one write: a system call for each statement costs more than the statement. */
  #gather(): void {
    const { stream } = (this as unknown as { connection: { stream: Duplex } }).connection
    stream.cork()
    process.nextTick(() => {
      stream.uncork()
    })
  }

  /** The first time a text is only remembered, under no name: most that are built on the fly never come again. */
  #nameOf(text: string): string {
    const known = this.#seen.get(text)
    if (known) return known
    const name = known === undefined ? '' : `ez_${createHash('sha1').update(text).digest('base64url')}`
    if (known !== undefined || this.#seen.size < MAX_PREPARED) this.#seen.set(text, name)
    return name
  }
}
