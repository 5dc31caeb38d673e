import type { SectionName, SectionValues } from '#modules/billing/settings/change-settings.ts'
import { currencyExponent } from '#platform/money.ts'
import type { Locale } from '#platform/i18n.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { countryName } from '../view.ts'

/** One setting in words; `key` tells the same one before and after. */
type Said = { key: string; label: string; value: string }

/** One setting as it is and as it would be, in words; undefined where it is not there. */
export type SettingChange = { label: string; before: string | undefined; after: string | undefined }

type Words = (typeof staffSettingsMessages)['en']

const yesOrNo = (words: Words, value: boolean): string => (value ? words.yes : words.no)
const said = (words: Words, key: string, value: string | number | boolean | null): Said => ({
  key,
  label: words.labels[key] ?? key,
  value:
    typeof value === 'boolean' ? yesOrNo(words, value) : value === null || value === '' ? words.none : String(value),
})

const plainly = (words: Words, values: Record<string, string | number | boolean | null>): Said[] =>
  Object.entries(values).map(([key, value]) => said(words, key, value))

const SAY: { [K in SectionName]: (values: SectionValues<K>, words: Words, locale: Locale) => Said[] } = {
  renewals: ({ leads, renewalLeadDays, ...rest }, words) => [
    { ...said(words, 'renewalLeadDays', null), value: words.days(renewalLeadDays) },
    ...leads.map(({ unit, count, days }) => ({
      key: `${unit}${count}`,
      label: words.every[unit](count),
      value: words.days(days),
    })),
    ...plainly(words, rest),
  ],
  orders: (values, words) => plainly(words, values),
  prices: (values, words) => plainly(words, values),
  dunning: ({ steps }, words) => {
    const byDay = Map.groupBy(steps, ({ day }) => day)
    return [...byDay].map(([day, each]) => ({
      key: String(day),
      label: words.relative(day),
      value: each.map(({ action }) => words.actions[action]).join(', '),
    }))
  },
  endings: ({ finalBackupDays }, words) => [
    { ...said(words, 'finalBackupDays', null), value: words.days(finalBackupDays) },
  ],
  numbering: (values, words) => plainly(words, values),
  currencies: ({ currencies, countries }, words, locale) => [
    ...currencies.map(({ code, sold }) => ({
      key: code,
      label: `${code} (${words.decimals(currencyExponent(code))})`,
      value: sold ? words.soldYes : words.soldNo,
    })),
    ...countries.map(({ country, currency }) => ({
      key: `in ${country}`,
      label: countryName(country, locale),
      value: currency,
    })),
  ],
  company: ({ country, ...rest }, words, locale) => [
    ...plainly(words, rest),
    said(words, 'country', countryName(country, locale)),
  ],
  bank: (values, words) => plainly(words, values),
  basis: (values, words) => plainly(words, values),
  footer: (values, words) => plainly(words, values),
}

/** What differs between two states of a section, setting by setting, in the reader's language. */
export function describeChange<K extends SectionName>(
  name: K,
  change: { before: SectionValues<K>; after: SectionValues<K> },
  locale: Locale,
): SettingChange[] {
  const words = staffSettingsMessages[locale]
  const before = SAY[name](change.before, words, locale)
  const after = SAY[name](change.after, words, locale)
  const rows = [...after, ...before.filter(({ key }) => !after.some((each) => each.key === key))]
  return rows
    .map(({ key, label }) => ({
      label,
      before: before.find((each) => each.key === key)?.value,
      after: after.find((each) => each.key === key)?.value,
    }))
    .filter((row) => row.before !== row.after)
}
