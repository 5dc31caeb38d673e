/** Member states of the EU (ISO 3166-1), each with what its VAT numbers look like after the prefix. */
const PATTERNS: Record<string, RegExp> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GR: /^\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z0-9+*]{12}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
}

/** How many digits a number has, where they are not nine and nothing but digits. */
const DIGITS: Record<string, number> = {
  CZ: 8,
  DK: 8,
  FI: 8,
  HR: 11,
  HU: 8,
  IT: 11,
  LU: 8,
  LV: 11,
  MT: 8,
  PL: 10,
  SE: 12,
  SI: 8,
  SK: 10,
}

/** An example of those that are more than digits, for the words of a refusal. */
const EXAMPLES: Record<string, string> = {
  AT: 'ATU12345678',
  BE: 'BE0123456789',
  CY: 'CY12345678X',
  ES: 'ESX12345678',
  FR: 'FR12345678901',
  IE: 'IE1234567A',
  NL: 'NL123456789B01',
}

export const isEuCountry = (country: string): boolean => country in PATTERNS

export const EU_COUNTRIES: readonly string[] = Object.keys(PATTERNS)

/** The prefix of a country's VAT numbers: Greece has one of its own. */
const prefixOf = (country: string): string => (country === 'GR' ? 'EL' : country)

/** A VAT number as the registry wants it: `country` is the prefix, EL for Greece; `digits` what follows it. */
export type VatNumber = { country: string; digits: string }

const bare = (text: string): string => text.toUpperCase().replaceAll(/[\s.\-–/_]/g, '')

const exampleOf = (country: string): string =>
  EXAMPLES[country] ?? `${prefixOf(country)}${'123456789012'.slice(0, DIGITS[country] ?? 9)}`

const isNumberOf = (country: string, typed: string): boolean =>
  typed.startsWith(prefixOf(country)) && PATTERNS[country]!.test(typed.slice(prefixOf(country).length))

/**
 * The number as it is kept and printed, or what is wrong with it. In the EU it must be one of the buyer's own country and
 * gets its prefix when that was left out; elsewhere anything is taken as it is.
 */
export function readVatNumber(
  text: string,
  country: string | null,
): { ok: true; vatId: string } | { ok: false; reason: 'other_country' | 'pattern'; example: string } {
  const typed = bare(text)
  if (country === null || !isEuCountry(country)) return { ok: true, vatId: text.trim() }
  const prefix = prefixOf(country)
  const pattern = PATTERNS[country]!
  if (typed.startsWith(prefix) && pattern.test(typed.slice(prefix.length))) return { ok: true, vatId: typed }
  // Asked before the prefix is added: DE123456789 has the looks of a French number without one.
  const foreign = EU_COUNTRIES.some((other) => other !== country && isNumberOf(other, typed))
  if (!foreign && pattern.test(typed)) return { ok: true, vatId: `${prefix}${typed}` }
  return { ok: false, reason: foreign ? 'other_country' : 'pattern', example: exampleOf(country) }
}

/** The number the EU's registry can be asked about, or undefined when there is none: none given, or none of the EU. */
export function euVatNumber(buyer: { country: string | null; vatId: string | null }): VatNumber | undefined {
  if (buyer.vatId === null || buyer.country === null || !isEuCountry(buyer.country)) return undefined
  const read = readVatNumber(buyer.vatId, buyer.country)
  if (!read.ok) return undefined
  const prefix = prefixOf(buyer.country)
  return { country: prefix, digits: read.vatId.slice(prefix.length) }
}
