import { assert } from '#platform/problem.ts'

/** Digits after the point, where they are not two (ISO 4217, list one). */
const EXPONENTS: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
}

/** Whether this is a currency that amounts can be in: known by ISO 4217, with 0, 2 or 3 digits after the point. */
export const isCurrency = (code: string): boolean => CODES.has(code)
/** All of them, in order. */
export const listCurrencies = (): string[] => [...CODES]
const CODES = new Set(Intl.supportedValuesOf('currency').filter((code) => !['CLF', 'UYW', 'XXX', 'XTS'].includes(code)))

/** How many digits of a currency's amount stand after the point: 0, 2 or 3. */
export const currencyExponent = (currency: string): number => EXPONENTS[currency] ?? 2

/** numerator / denominator rounded to a whole number, halves away from zero. The only place where money is rounded. */
export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, 'rounding needs a positive denominator')
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  const rounded = (2n * magnitude + denominator) / (2n * denominator)
  return negative ? -rounded : rounded
}

/**
 * Splits a whole into shares in proportion to weights, losing and inventing nothing: each share is rounded down and what
 * is left goes to the largest remainders, the first of equals first. Weights are not negative; all zero splits evenly.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  if (total < 0n) return allocate(-total, weights).map((share) => -share)
  if (weights.length === 0) {
    assert(total === 0n, 'an amount cannot be split among nobody')
    return []
  }
  const sum = weights.reduce((a, b) => a + b, 0n)
  const parts = sum === 0n ? weights.map(() => 1n) : weights
  const whole = sum === 0n ? BigInt(weights.length) : sum
  const shares = parts.map((part) => (total * part) / whole)
  let left = total - shares.reduce((a, b) => a + b, 0n)
  const order = parts
    .map((part, index) => ({ index, remainder: (total * part) % whole }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of order) {
    if (left === 0n) break
    shares[index]! += 1n
    left -= 1n
  }
  return shares
}

/** An amount as a plain decimal number, `1234n` EUR as `12.34`: for machines; people get i18n's formatMoney. */
export function toDecimal(minor: bigint, currency: string): string {
  const digits = currencyExponent(currency)
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  const point = text.length - digits
  return `${minor < 0n ? '-' : ''}${text.slice(0, point)}${digits ? `.${text.slice(point)}` : ''}`
}
