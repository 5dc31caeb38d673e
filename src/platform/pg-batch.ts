import pg from 'pg'
import driver from 'pg/lib/utils.js'

/** What of the driver's connection a batch touches; the driver does not export its type. */
type Wire = {
  stream: { cork(): void; uncork(): void }
  close(message: { type: 'S'; name: string }): void
  parse(message: { name: string; text: string }): void
  bind(message: { statement: string; values: unknown[] }): void
  describe(message: { type: 'P'; name: string }): void
  execute(message: object): void
  sync(): void
}

type DriverQuery = new (
  config: object,
  callback: (error: Error | null, results: pg.QueryResult | pg.QueryResult[]) => void,
) => object

/** Without a name it is parsed each time it is sent. */
export type Statement = { name: string; text: string; values: readonly unknown[] }

/**
 * Statements that travel together: they run in order up to the first failure, which is the failure of all of them, and the
 * database answers once. Answering costs it more than most statements do.
 */
export class PgBatch extends (pg.Query as unknown as DriverQuery) {
  readonly #statements: readonly Statement[]
  readonly #parsed: ReadonlySet<string>

  /** `parsed`: names the connection is known to have; all of the batch's are, once it is answered. */
  constructor(
    statements: Statement[],
    parsed: Set<string>,
    answer: { done: (last: pg.QueryResult) => void; failed: (error: Error) => void },
  ) {
    super({ text: '' }, (error, results) => {
      if (error) {
        answer.failed(error)
        return
      }
      for (const { name } of statements) if (name !== '') parsed.add(name)
      answer.done([results].flat().at(-1)!)
    })
    this.#statements = statements
    this.#parsed = parsed
  }

  /** Gives what keeps it from being sent; then nothing was. */
  submit(connection: Wire): Error | null {
    try {
      const values = this.#statements.map((statement) => statement.values.map((value) => driver.prepareValue(value)))
      this.#send(connection, values)
      return null
    } catch (error) {
      return error instanceof Error ? error : new Error('A value cannot be sent to the database', { cause: error })
    }
  }

  #send(connection: Wire, values: unknown[][]): void {
    connection.stream.cork()
    for (const [index, { name, text }] of this.#statements.entries()) {
      if (!this.#parsed.has(name)) {
        // A batch that failed may have left it behind; closing what is not there is no error.
        if (name !== '') connection.close({ type: 'S', name })
        connection.parse({ name, text })
      }
      connection.bind({ statement: name, values: values[index]! })
      connection.describe({ type: 'P', name: '' })
      connection.execute({})
    }
    connection.sync()
    connection.stream.uncork()
  }
}
