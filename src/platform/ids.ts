import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32: sorts as its numbers do.
const MASK = 31

/** What an identifier begins with says what it names. */
export type IdPrefix =
  | 'adr'
  | 'apl'
  | 'apr'
  | 'bkp'
  | 'chq'
  | 'cit'
  | 'cnl'
  | 'cpn'
  | 'cpr'
  | 'crg'
  | 'crn'
  | 'crt'
  | 'cru'
  | 'csp'
  | 'cus'
  | 'cve'
  | 'dsp'
  | 'ent'
  | 'etl'
  | 'evt'
  | 'exp'
  | 'fct'
  | 'grt'
  | 'idn'
  | 'img'
  | 'imp'
  | 'inl'
  | 'inv'
  | 'ivt'
  | 'job'
  | 'key'
  | 'ltx'
  | 'ntf'
  | 'och'
  | 'opt'
  | 'ord'
  | 'ori'
  | 'pay'
  | 'pfn'
  | 'pky'
  | 'pln'
  | 'pmt'
  | 'prc'
  | 'prd'
  | 'prf'
  | 'pri'
  | 'ref'
  | 'reg'
  | 'req'
  | 'rft'
  | 'rpi'
  | 'rpr'
  | 'sdc'
  | 'ses'
  | 'sin'
  | 'sit'
  | 'stk'
  | 'sub'
  | 'sus'
  | 'svc'
  | 'tok'
  | 'txr'
  | 'usr'
  | 'utk'
  | 'vck'

const TIME_DIGITS = 10
const RANDOM_DIGITS = 16

/**
 * A new identifier: prefix, 48 bits of wall-clock milliseconds, 80 random bits (the layout of a ULID). Later ones sort
 * after earlier ones to the millisecond; nobody can guess one.
 */
export function newId(prefix: IdPrefix, wallClockMs: number = Date.now()): string {
  const bytes = randomPart()
  let text = `${prefix}_${timeDigits(wallClockMs)}`
  for (const byte of bytes) text += ALPHABET[byte & MASK]!
  return text
}

function timeDigits(wallClockMs: number): string {
  let text = ''
  let rest = wallClockMs
  for (let digit = 0; digit < TIME_DIGITS; digit += 1) {
    text = ALPHABET[rest % 32]! + text
    rest = Math.floor(rest / 32)
  }
  return text
}

// Asking the system for randomness costs more than all the rest of an identifier, so it is asked for many at once.
const pool = Buffer.alloc(RANDOM_DIGITS * 256)
let used = pool.length

/** The next random bytes of the pool; no byte is given out twice. */
function randomPart(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += RANDOM_DIGITS
  return pool.subarray(used - RANDOM_DIGITS, used)
}

/** Every identifier of that kind made at or after that moment of the wall clock sorts at or after this text. */
export const lowestId = (prefix: IdPrefix, wallClockMs: number = Date.now()): string =>
  newId(prefix, wallClockMs).slice(0, prefix.length + 1 + TIME_DIGITS)
