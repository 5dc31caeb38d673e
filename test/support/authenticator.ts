import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { NewPasskeyAnswer, PasskeyAnswer } from '#modules/accounts/passkey.ts'

/** What a browser would be told to ask for; both kinds of question have these. */
type Asked = { challenge: string }
type NewAsked = Asked & { user: { id: string } }

/** What a dishonest browser, device or thief may do otherwise. */
type Otherwise = {
  origin?: string
  rpId?: string
  verified?: boolean
  counter?: number
  userHandle?: string
  type?: string
}

/** A device that holds one passkey, made in software: it answers as a browser with a security key would. */
export type Authenticator = {
  credentialId: string
  /** Makes the passkey, and gives what the browser sends. */
  create: (asked: NewAsked, otherwise?: Otherwise) => NewPasskeyAnswer
  /** Uses it. The counter grows by one each time unless told otherwise. */
  use: (asked: Asked, otherwise?: Otherwise) => PasskeyAnswer
}

const ORIGIN = 'http://localhost:8080'
const RP_ID = 'localhost'
const PRESENT = 0x01
const VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

/** `counts: false` is a passkey of a password manager, which always says 0. */
export function createAuthenticator({ counts = true }: { counts?: boolean } = {}): Authenticator {
  const id = randomBytes(32)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = id.toString('base64url')
  let counter = 0
  let userHandle = ''

  const next = (told: number | undefined): number => told ?? (counts ? (counter += 1) : 0)

  return {
    credentialId,
    create(asked, otherwise = {}) {
      userHandle = asked.user.id
      const credential = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, coseKey(publicKey)])
      const data = authenticatorData(HAS_CREDENTIAL, next(otherwise.counter), otherwise, credential)
      const attestation = cbor(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', data],
        ]),
      )
      return {
        ...envelope(credentialId),
        response: {
          clientDataJSON: clientData('webauthn.create', asked, otherwise).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    use(asked, otherwise = {}) {
      const data = authenticatorData(0, next(otherwise.counter), otherwise)
      const client = clientData('webauthn.get', asked, otherwise)
      return {
        ...envelope(credentialId),
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', Buffer.concat([data, sha256(client)]), privateKey).toString('base64url'),
          userHandle: otherwise.userHandle ?? userHandle,
        },
      }
    },
  }
}

const envelope = (id: string) => ({ id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} })

const clientData = (type: string, { challenge }: Asked, otherwise: Otherwise): Buffer =>
  Buffer.from(
    JSON.stringify({ type: otherwise.type ?? type, challenge, origin: otherwise.origin ?? ORIGIN, crossOrigin: false }),
  )

function authenticatorData(
  flags: number,
  counter: number,
  { rpId = RP_ID, verified = true }: Otherwise,
  credential: Buffer = Buffer.alloc(0),
): Buffer {
  const all = flags | PRESENT | (verified ? VERIFIED : 0)
  const counted = Buffer.alloc(4)
  counted.writeUInt32BE(counter)
  return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([all]), counted, credential])
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** The public key as RFC 9053 writes it: kind EC2, algorithm ES256, curve P-256, x and y. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )
}

type Cbor = number | string | Buffer | Map<string | number, Cbor>

/** As much of RFC 8949 as an authenticator needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)])
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count])
  if (count < 256) return Buffer.from([(major << 5) | 24, count])
  return Buffer.from([(major << 5) | 25, count >> 8, count & 255])
}
