import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { inspect } from 'node:util'
import { Problem } from '#platform/problem.ts'

/** Text that must not be seen: prints as *** wherever it ends up. `reveal` is the only way to it. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}

export type Secrets = {
  /** AES-256-GCM; `place` (table, column and row) is authenticated, so a sealed text opens only where it was put. */
  seal(text: string, place: string): string
  /** Throws `secret_unreadable` when the text was changed, moved or sealed with a key that is not at hand. */
  open(sealed: string, place: string): string
  /** Whether a text is sealed with the key in use, not with one of the others. */
  isCurrent(sealed: string): boolean
  /** A keyed digest of `text` for one purpose; nobody without the key can make or check it. */
  sign(purpose: string, text: string): string
  /** Also true of what one of the other keys signed, so that links in mails outlive a change of the key. */
  verify(purpose: string, text: string, signature: string): boolean
}

/**
 * `masterKey`: 32 bytes or more of randomness, as text; it seals and signs. `others` only open and verify: the key before,
 * until everything is sealed with the present one, or the next one, while not every process has it in use.
 */
export function createSecrets(masterKey: Secret, others: readonly Secret[] = []): Secrets {
  const current = keyOf(masterKey)
  const keys = [current, ...others.map(keyOf)]
  return {
    seal: (text, place) => `v2.${current.id}.${encrypt(current.sealKey, text, place)}`,
    open(sealed, place) {
      const [, id, body] = /^v2\.([\w-]{8})\.([\w-]+)$/.exec(sealed) ?? []
      // The first release did not write down which key it was.
      const candidates = id === undefined ? keys : keys.filter((key) => key.id === id)
      const failures: unknown[] = []
      for (const { sealKey } of candidates)
        try {
          return decrypt(sealKey, body ?? sealed.replace(/^v1\./, ''), place)
        } catch (error) {
          failures.push(error)
        }
      throw new Problem('unavailable', 'secret_unreadable', 'A stored secret cannot be read with the present key.', {
        cause: failures.at(-1) ?? new Error('sealed with a key that is not at hand'),
      })
    },
    isCurrent: (sealed) => sealed.startsWith(`v2.${current.id}.`),
    sign: (purpose, text) => current.sign(purpose, text),
    verify: (purpose, text, signature) => keys.some((key) => equalText(key.sign(purpose, text), signature)),
  }
}

type Key = { id: string; sealKey: Buffer; sign(purpose: string, text: string): string }

/** What is derived from a master key. `id` tells keys apart and gives nothing of them away. */
function keyOf(masterKey: Secret): Key {
  const derived = new Map<string, Buffer>()
  const derive = (purpose: string): Buffer => {
    const key = derived.get(purpose) ?? Buffer.from(hkdfSync('sha256', masterKey.reveal(), 'ez-solutions', purpose, 32))
    derived.set(purpose, key)
    return key
  }
  return {
    id: derive('id').subarray(0, 6).toString('base64url'),
    sealKey: derive('seal'),
    sign: (purpose, text) =>
      createHmac('sha256', derive(`sign:${purpose}`))
        .update(text)
        .digest('base64url'),
  }
}

function encrypt(key: Buffer, text: string, place: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

function decrypt(key: Buffer, body: string, place: string): string {
  const bytes = Buffer.from(body, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(place))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

/** 32 random bytes as text, for sessions, tokens and carts. */
export const randomToken = (): string => randomBytes(32).toString('base64url')

/** What is stored of a random token: enough to find it, useless to use it. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** Compares in constant time. */
export function equalText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
