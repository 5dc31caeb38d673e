import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { nameOfStatement, nameOfTransaction } from './commit-names.ts'
import type { Proxy } from './http-proxy.ts'
import type { Fault, Side } from './points.ts'
import { messageReader, type PgMessage, readBind, readParse, readQuery, readStartup } from './postgres-messages.ts'
import type { Strikes } from './strikes.ts'
import type { Traffic } from './traffic.ts'

type Options = { side: Side; targetPort: number; traffic: Traffic; strikes: Strikes }

/** Stands between one process of ours and PostgreSQL, reads along, and strikes at commits. */
export async function postgresProxy(options: Options): Promise<Proxy> {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client)
    client.once('close', () => open.delete(client))
    new Connection(client, connect(options.targetPort, '127.0.0.1'), options).begin()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((done) => server.close(done))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

type Statement = { sql: string; values: readonly (string | null)[] }

/** Statements are answered in the order in which they were sent, each with a `ReadyForQuery` at its end. */
class Connection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #options: Options
  readonly #texts = new Map<string, string>()
  #application = ''
  #transaction: Statement[] | undefined
  /** How many answers were asked for, and how many have come; the start-up's is the first. */
  #asked = 1
  #answered = 0
  /** The answer that nobody of ours may hear. */
  #struck: { fault: Fault; answer: number } | undefined
  #ended = false

  constructor(client: Socket, server: Socket, options: Options) {
    this.#client = client
    this.#server = server
    this.#options = options
  }

  begin(): void {
    for (const socket of [this.#client, this.#server])
      socket.on('error', () => this.#end()).on('close', () => this.#end())
    const fromClient = messageReader({ startsUntyped: true })
    const fromServer = messageReader({ startsUntyped: false })
    this.#client.on('data', (piece: Buffer) => {
      this.#passOn(fromClient(piece))
    })
    this.#server.on('data', (piece: Buffer) => {
      this.#giveBack(fromServer(piece))
    })
  }

  #end(): void {
    this.#ended = true
    this.#client.destroy()
    this.#server.destroy()
  }

  #passOn(messages: PgMessage[]): void {
    const through: Buffer[] = []
    for (const message of messages) {
      if (this.#ended) return
      const fault = this.#look(message)
      if (fault && strikesBefore(fault)) {
        this.#ended = true
        if (through.length > 0) this.#server.write(Buffer.concat(through))
        void this.#strike(fault)
        return
      }
      // A simple query is answered by itself, an extended one at its Sync.
      if (fault) this.#struck = { fault, answer: this.#asked + 1 }
      if (message.type === 'Q' || message.type === 'S') this.#asked += 1
      through.push(message.raw)
    }
    if (through.length > 0) this.#server.write(Buffer.concat(through))
  }

  #giveBack(messages: PgMessage[]): void {
    const through: Buffer[] = []
    for (const { type, raw } of messages) {
      if (this.#ended) return
      const held = this.#struck !== undefined && this.#answered === this.#struck.answer - 1
      if (type === 'Z') this.#answered += 1
      if (!held) through.push(raw)
      else if (type === 'Z') {
        this.#ended = true
        if (through.length > 0) this.#client.write(Buffer.concat(through))
        void this.#strike(this.#struck!.fault)
        return
      }
    }
    if (through.length > 0) this.#client.write(Buffer.concat(through))
  }

  /** Reads along, and gives the fault planned for the change that this message makes final. */
  #look({ type, body }: PgMessage): Fault | undefined {
    if (type === '') this.#application = readStartup(body).get('application_name') ?? ''
    if (type === 'P') {
      const { name, sql } = readParse(body)
      this.#texts.set(name, sql)
    }
    if (type === 'Q') return this.#run({ sql: readQuery(body), values: [] })
    if (type !== 'B') return undefined
    const { name, values } = readBind(body)
    return this.#run({ sql: this.#texts.get(name) ?? '', values })
  }

  #run(statement: Statement): Fault | undefined {
    const [verb = ''] = statement.sql.trim().toLowerCase().split(/[\s;]/, 1)
    if (verb === 'begin') this.#transaction = []
    else if (verb === 'rollback') this.#transaction = undefined
    else if (verb === 'commit') {
      const name = nameOfTransaction(this.#transaction ?? [])
      this.#transaction = undefined
      return this.#pass(name)
    } else if (this.#transaction) this.#transaction.push(statement)
    else return this.#pass(nameOfStatement(statement, this.#application))
    return undefined
  }

  #pass(name: string | undefined): Fault | undefined {
    return name === undefined ? undefined : this.#options.traffic.pass(this.#options.side, 'postgres', name)
  }

  async #strike({ action, side }: Fault): Promise<void> {
    const { strikes } = this.#options
    if (action === 'kill-before' || action === 'kill-after') await strikes.kill(side)
    if (action === 'postgres-before' || action === 'postgres-after') await strikes.killPostgres()
    if (action === 'reset') this.#client.resetAndDestroy()
    this.#end()
  }
}

const strikesBefore = ({ action }: Fault): boolean =>
  action === 'kill-before' || action === 'postgres-before' || action === 'reset'
