import { Problem } from '#platform/problem.ts'
import { parseJson } from './parse-json.ts'

const BODY_MAX = 1_048_576

/** The bytes of a request, 1 MB at most. Throws `body_too_large` as soon as that is known, `body_unreadable`. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > BODY_MAX) throw tooLarge()
  try {
    // The length is enforced by the server below us, so an announced body fits.
    if (announced !== null) return new Uint8Array(await request.arrayBuffer())
    return await readStream(request.body)
  } catch (error) {
    if (error instanceof Error && error.name === 'Problem') throw error
    throw new Problem('invalid', 'body_unreadable', 'The body did not arrive in full. Please send it again.', {
      cause: error,
    })
  }
}

async function readStream(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > BODY_MAX) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What a JSON body says; undefined when there is none. Throws `media_type_unsupported`, `malformed_json`. */
export function readJson(bytes: Uint8Array, contentType: string | null): unknown {
  if (bytes.byteLength === 0) return undefined
  const [media = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((part) => part.startsWith('charset='))?.slice('charset='.length)
  if (media !== 'application/json' || (charset !== undefined && charset.replaceAll('"', '') !== 'utf-8'))
    throw new Problem('invalid', 'media_type_unsupported', 'Send JSON, with the header Content-Type: application/json.')
  return parseJson(decode(bytes))
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const message = 'This is not JSON we can read: the body is not UTF-8.'
    throw new Problem('invalid', 'malformed_json', message, { issues: [{ path: '', message }] })
  }
}

const tooLarge = (): Problem => new Problem('invalid', 'body_too_large', 'The body is larger than 1 MB.')
