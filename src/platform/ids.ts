import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32: sorts as its numbers do.
const MASK = 31n

/** What an identifier begins with says what it names. */
export type IdPrefix =
  | 'adr'
  | 'apl'
  | 'cit'
  | 'crt'
  | 'cus'
  | 'ent'
  | 'etl'
  | 'evt'
  | 'img'
  | 'inl'
  | 'inv'
  | 'job'
  | 'ltx'
  | 'ntf'
  | 'opt'
  | 'ord'
  | 'ori'
  | 'pay'
  | 'pln'
  | 'pmt'
  | 'prc'
  | 'prd'
  | 'pri'
  | 'reg'
  | 'req'
  | 'ses'
  | 'sub'
  | 'sus'
  | 'svc'
  | 'tok'
  | 'txr'
  | 'usr'
  | 'utk'

/**
 * A new identifier: prefix, 48 bits of wall-clock milliseconds, 80 random bits (the layout of a ULID). Later ones sort
 * after earlier ones to the millisecond; nobody can guess one.
 */
export function newId(prefix: IdPrefix, wallClockMs: number = Date.now()): string {
  let value = (BigInt(wallClockMs) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`)
  let text = ''
  for (let digit = 0; digit < 26; digit += 1) {
    text = ALPHABET[Number(value & MASK)]! + text
    value >>= 5n
  }
  return `${prefix}_${text}`
}

const TIME_DIGITS = 10

/** Every identifier of that kind made at or after that moment of the wall clock sorts at or after this text. */
export const lowestId = (prefix: IdPrefix, wallClockMs: number): string =>
  newId(prefix, wallClockMs).slice(0, prefix.length + 1 + TIME_DIGITS)
