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
  /** Throws `secret_unreadable` when the text was changed, moved or sealed with another key. */
  open(sealed: string, place: string): string
  /** A keyed digest of `text` for one purpose; nobody without the key can make or check it. */
  sign(purpose: string, text: string): string
  verify(purpose: string, text: string, signature: string): boolean
}

/** `masterKey`: 32 bytes or more of randomness, as text. */
export function createSecrets(masterKey: Secret): Secrets {
  const derived = new Map<string, Buffer>()
  const derive = (purpose: string): Buffer => {
    const key = derived.get(purpose) ?? Buffer.from(hkdfSync('sha256', masterKey.reveal(), 'ez-solutions', purpose, 32))
    derived.set(purpose, key)
    return key
  }
  const sealKey = derive('seal')
  const sign = (purpose: string, text: string): string =>
    createHmac('sha256', derive(`sign:${purpose}`))
      .update(text)
      .digest('base64url')
  return {
    seal(text, place) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv).setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, place) {
      try {
        const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url')
        const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, 12)).setAAD(Buffer.from(place))
        decipher.setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new Problem('unavailable', 'secret_unreadable', 'A stored secret cannot be read with the present key.', {
          cause,
        })
      }
    },
    sign,
    verify: (purpose, text, signature) => equalText(sign(purpose, text), signature),
  }
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
