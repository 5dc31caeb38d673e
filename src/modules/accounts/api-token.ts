import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Schema } from '#platform/schema.ts'
import { MEMBER_PERMISSIONS, type MemberPermission } from './permissions.ts'

/** A program's key to the API, for one user and one customer. */
export type ApiToken = Omit<Schema['apiTokens'], 'tokenHash'>

export const API_TOKEN_COLUMNS = [
  'apiTokens.id',
  'apiTokens.userId',
  'apiTokens.customerId',
  'apiTokens.name',
  'apiTokens.lastFour',
  'apiTokens.scopes',
  'apiTokens.addresses',
  'apiTokens.expiresAt',
  'apiTokens.createdAt',
  'apiTokens.lastUsedAt',
  'apiTokens.lastUsedAddress',
  'apiTokens.revokedAt',
] as const satisfies readonly `apiTokens.${keyof ApiToken}`[]

/** What every token begins with, so that scanners for leaked secrets know it. */
export const API_TOKEN_PREFIX = 'ez_'
export const API_TOKENS_PER_USER = 50
export const API_TOKEN_DAYS = 3_650
export const API_TOKEN_ADDRESSES = 20
/** How stale `lastUsedAt` may be, so that a call seldom writes. */
export const USED_SECONDS = 60

/** What only a person may do, after they have shown that it is them. */
const PEOPLE_ONLY = new Set<MemberPermission>(['token.create', 'customer.close', 'member.manage', 'service.lend'])

/** What a token may be allowed. */
export const TOKEN_SCOPES: readonly MemberPermission[] = MEMBER_PERMISSIONS.filter((each) => !PEOPLE_ONLY.has(each))

/** What a token made without a word on it may do: read what its user may read. */
export const READING_SCOPES: readonly MemberPermission[] = TOKEN_SCOPES.filter((each) => each.endsWith('.read'))

/** What a token may do now: what it was made for, of what its user may still do. Null stands for all of that. */
export const rightsOfToken = (own: ReadonlySet<string>, scopes: readonly string[] | null): ReadonlySet<string> =>
  scopes === null ? own : new Set(scopes.filter((each) => own.has(each)))

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 30
const SUM_LENGTH = 6

/**
 * A new token: the prefix, 30 random letters and digits (178 bits), and six that are their CRC-32, so that a scanner tells a
 * token from what only looks like one and a mistyped one is known without asking the database.
 */
export function newApiToken(): string {
  let random = ''
  while (random.length < RANDOM_LENGTH)
    for (const byte of randomBytes(RANDOM_LENGTH))
      // Bytes beyond the last whole round of the alphabet are thrown away, so that all are as likely.
      if (byte < 256 - (256 % DIGITS.length) && random.length < RANDOM_LENGTH) random += DIGITS[byte % DIGITS.length]!
  return `${API_TOKEN_PREFIX}${random}${checksum(random)}`
}

/** Whether a text can be a token: one of ours with its checksum, or one of the first release, which had none. */
export function mayBeApiToken(text: string): boolean {
  const [, random, sum] = /^ez_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(text) ?? []
  return random === undefined ? /^ez_[\w-]{43}$/.test(text) : checksum(random) === sum
}

function checksum(random: string): string {
  let rest = crc32(random)
  let digits = ''
  while (digits.length < SUM_LENGTH) {
    digits = DIGITS[rest % DIGITS.length]! + digits
    rest = Math.floor(rest / DIGITS.length)
  }
  return digits
}
