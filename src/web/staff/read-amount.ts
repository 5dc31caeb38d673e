import { currencyExponent } from '#platform/money.ts'

/** Minor units of a plain amount with a point or a comma, such as `12.50`; undefined when it is none, or nothing. */
export function readAmount(text: string, currency: string): bigint | undefined {
  const minor = readPrice(text, currency)
  return minor !== undefined && minor > 0n ? minor : undefined
}

/** The same where nothing is an amount, too, as a price may be. */
export function readPrice(text: string, currency: string): bigint | undefined {
  const digits = currencyExponent(currency)
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim())
  if (!match || (match[2]?.length ?? 0) > digits) return undefined
  return BigInt(`${match[1]}${(match[2] ?? '').padEnd(digits, '0')}`)
}
