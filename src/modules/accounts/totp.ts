import { createHmac, randomBytes } from 'node:crypto'
import { equalText } from '#platform/secrets.ts'

// What every authenticator app takes for granted: RFC 6238 with SHA-1, thirty seconds and six digits.
const STEP_SECONDS = 30
const DIGITS = 6
const SECRET_BYTES = 20 // As RFC 4226 recommends.
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Phones' clocks differ: the step before and the one after count, too (RFC 6238, 5.2). */
const DRIFT = [-1, 0, 1]

/** A new secret, as apps take it when it is typed (RFC 4648, base 32). */
export function newTotpSecret(): string {
  let bits = 0n
  for (const byte of randomBytes(SECRET_BYTES)) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let digit = (SECRET_BYTES * 8) / 5 - 1; digit >= 0; digit -= 1)
    text += BASE32[Number((bits >> BigInt(digit * 5)) & 31n)]!
  return text
}

function bytesOf(secret: string): Buffer {
  let bits = 0n
  for (const letter of secret) bits = (bits << 5n) | BigInt(BASE32.indexOf(letter))
  return Buffer.from(bits.toString(16).padStart(SECRET_BYTES * 2, '0'), 'hex')
}

/** The code of one step of thirty seconds since 1970. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', bytesOf(secret)).update(counter).digest()
  const offset = digest.at(-1)! & 15
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The step of a moment of the wall clock. */
export const totpStep = (wallClock: Temporal.Instant): number =>
  Math.floor(wallClock.epochMilliseconds / 1_000 / STEP_SECONDS)

/**
 * The step for which this code is right at that moment of the wall clock, undefined when there is none later than `after`,
 * the latest one that was accepted before.
 */
export function matchingStep(
  secret: string,
  code: string,
  { wallClock, after }: { wallClock: Temporal.Instant; after: bigint | null },
): number | undefined {
  const now = totpStep(wallClock)
  // All are compared, so that the time it takes does not tell which came close.
  const right = DRIFT.map((drift) => now + drift).filter((step) => equalText(totpCode(secret, step), code))
  return right.find((step) => after === null || BigInt(step) > after)
}

/** The address an authenticator app reads from the QR code (Google Authenticator's key URI format). */
export const totpUri = (secret: string, { issuer, account }: { issuer: string; account: string }): string =>
  `otpauth://totp/${encodeURIComponent(`${issuer}:${account}`)}?${new URLSearchParams({ secret, issuer }).toString().replaceAll('+', '%20')}`
