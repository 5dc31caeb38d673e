/** One message of PostgreSQL's protocol, version 3: a letter (none for the first one), its body, and all of its bytes. */
export type PgMessage = { type: string; body: Buffer; raw: Buffer }

/** Cuts a stream of bytes into messages; what is not whole yet waits for the next piece. */
export function messageReader(options: { startsUntyped: boolean }): (piece: Buffer) => PgMessage[] {
  let waiting: Buffer = Buffer.alloc(0)
  let untyped = options.startsUntyped
  return (piece) => {
    waiting = waiting.length > 0 ? Buffer.concat([waiting, piece]) : piece
    const whole: PgMessage[] = []
    for (;;) {
      const letters = untyped ? 0 : 1
      if (waiting.length < letters + 4) return whole
      const length = letters + waiting.readInt32BE(letters)
      if (waiting.length < length) return whole
      const raw = waiting.subarray(0, length)
      whole.push({ type: untyped ? '' : String.fromCharCode(raw[0]!), body: raw.subarray(letters + 4), raw })
      waiting = waiting.subarray(length)
      untyped = false
    }
  }
}

const textAt = (body: Buffer, at: number): [string, number] => {
  const end = body.indexOf(0, at)
  return [body.toString('utf8', at, end), end + 1]
}

/** The settings of a start-up message, such as `application_name`. */
export function readStartup(body: Buffer): Map<string, string> {
  const settings = new Map<string, string>()
  for (let at = 4; body[at] !== 0 && at < body.length;) {
    const [name, afterName] = textAt(body, at)
    const [value, afterValue] = textAt(body, afterName)
    settings.set(name, value)
    at = afterValue
  }
  return settings
}

/** The text of a simple query. */
export const readQuery = (body: Buffer): string => textAt(body, 0)[0]

/** Name and text of a prepared statement. */
export function readParse(body: Buffer): { name: string; sql: string } {
  const [name, next] = textAt(body, 0)
  return { name, sql: textAt(body, next)[0] }
}

/** Which statement is to run, with its parameters as text (null where there is none). */
export function readBind(body: Buffer): { name: string; values: (string | null)[] } {
  const [, afterPortal] = textAt(body, 0)
  const [name, afterName] = textAt(body, afterPortal)
  let at = afterName + 2 + 2 * body.readInt16BE(afterName)
  const count = body.readInt16BE(at)
  at += 2
  const values: (string | null)[] = []
  for (let index = 0; index < count; index += 1) {
    const length = body.readInt32BE(at)
    at += 4
    values.push(length < 0 ? null : body.toString('utf8', at, at + Math.max(0, length)))
    at += Math.max(0, length)
  }
  return { name, values }
}
