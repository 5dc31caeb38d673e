import { Problem } from '#platform/problem.ts'

const DEPTH_MAX = 32
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const KEYWORDS: [string, unknown][] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/**
 * Reads JSON as RFC 8259 has it and stricter: no field twice, at most 32 deep, text without NUL and half characters.
 * Throws `malformed_json` saying where and why; nothing of the text is repeated, as it may hold a secret.
 */
export function parseJson(text: string): unknown {
  const reader: Reader = { text, at: 0 }
  const value = readValue(reader, [])
  skipSpace(reader)
  if (reader.at < text.length) throw fault(reader, 'there is more after the end of the value')
  return value
}

type Reader = { text: string; at: number }
type Path = (string | number)[]

function readValue(reader: Reader, path: Path): unknown {
  skipSpace(reader)
  if (path.length > DEPTH_MAX) throw fault(reader, `it is nested more than ${DEPTH_MAX} deep`)
  const { text, at } = reader
  switch (text[at]) {
    case '{':
      return readObject(reader, path)
    case '[':
      return readArray(reader, path)
    case '"':
      return readString(reader)
    case undefined:
      throw fault(reader, 'it ends too early')
    default:
      return readScalar(reader)
  }
}

function readScalar(reader: Reader): unknown {
  const { text, at } = reader
  for (const [word, value] of KEYWORDS)
    if (text.startsWith(word, at)) {
      reader.at += word.length
      return value
    }
  NUMBER.lastIndex = at
  const digits = NUMBER.exec(text)?.[0]
  if (digits === undefined) throw fault(reader, 'a value was expected')
  reader.at += digits.length
  return Number(digits)
}

function readObject(reader: Reader, path: Path): object {
  const object: Record<string, unknown> = {}
  reader.at += 1
  if (nextIs(reader, '}')) return object
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') throw fault(reader, 'the name of a field in double quotes was expected')
    const start = reader.at
    const name = readString(reader)
    if (Object.hasOwn(object, name)) throw fault({ ...reader, at: start }, 'a field is given twice', [...path, name])
    if (!nextIs(reader, ':')) throw fault(reader, 'a colon was expected')
    // Assigning `__proto__` would change what the object is, not add a field.
    Object.defineProperty(object, name, {
      value: readValue(reader, [...path, name]),
      configurable: true,
      enumerable: true,
      writable: true,
    })
    if (nextIs(reader, '}')) return object
    if (!nextIs(reader, ',')) throw fault(reader, 'a comma or a closing brace was expected')
  }
}

function readArray(reader: Reader, path: Path): unknown[] {
  const array: unknown[] = []
  reader.at += 1
  if (nextIs(reader, ']')) return array
  for (;;) {
    array.push(readValue(reader, [...path, array.length]))
    if (nextIs(reader, ']')) return array
    if (!nextIs(reader, ',')) throw fault(reader, 'a comma or a closing bracket was expected')
  }
}

function readString(reader: Reader): string {
  const { text } = reader
  const start = reader.at
  let escaped = false
  let end = start + 1
  for (; ; end += 1) {
    const code = text.charCodeAt(end)
    if (code === 0x22) break
    if (Number.isNaN(code)) throw fault({ text, at: start }, 'a text is never closed')
    if (code < 0x20) throw fault({ text, at: end }, 'a text holds a line break or control character')
    if (code !== 0x5c) continue
    escaped = true
    end += 1
  }
  reader.at = end + 1
  const value = escaped ? unescapeText(text, start, end) : text.slice(start + 1, end)
  if (value.includes('\0') || !value.isWellFormed())
    throw fault({ text, at: start }, 'a text holds a character that cannot be stored')
  return value
}

function unescapeText(text: string, start: number, end: number): string {
  try {
    return JSON.parse(text.slice(start, end + 1)) as string
  } catch {
    // The parser's own words would repeat the text.
    throw fault({ text, at: start }, 'a text holds an escape that does not exist')
  }
}

function skipSpace(reader: Reader): void {
  const { text } = reader
  for (;;) {
    const code = text.charCodeAt(reader.at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    reader.at += 1
  }
}

/** Steps over `mark` when it comes next. */
function nextIs(reader: Reader, mark: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== mark) return false
  reader.at += 1
  return true
}

function fault({ text, at }: Reader, why: string, path: Path = []): Problem {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const message = `This is not JSON we can read: at line ${line}, column ${column}, ${why}.`
  return new Problem('invalid', 'malformed_json', message, { issues: [{ path: showPath(path), message }] })
}

/** A path as people read it, `items.0.hostname`. A name that is no name is not repeated: it may be a secret. */
export const showPath = (path: readonly PropertyKey[]): string =>
  path.map((part) => (/^[\w$-]{1,40}$/.test(String(part)) ? String(part) : '(unreadable name)')).join('.')
