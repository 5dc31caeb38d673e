import { COUNTRIES } from '#modules/accounts/customer.ts'
import type { Locale } from '#platform/i18n.ts'
import type { Choice } from './field.tsx'

const kept = new Map<Locale, Choice[]>()

/** Every country by its name in the visitor's language, in the order of that language. */
export function countryChoices(locale: Locale): Choice[] {
  const known = kept.get(locale)
  if (known) return known
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  const { compare } = new Intl.Collator(locale)
  const choices = COUNTRIES.map((value) => ({ value, label: names.of(value) ?? value })).toSorted((a, b) =>
    compare(a.label, b.label),
  )
  kept.set(locale, choices)
  return choices
}
