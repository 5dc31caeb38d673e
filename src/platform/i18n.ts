import { currencyExponent, toDecimal } from '#platform/money.ts'

/** The languages we speak. English is the fallback everywhere. */
export const LOCALES = ['en', 'de'] as const
export type Locale = (typeof LOCALES)[number]

export const isLocale = (value: unknown): value is Locale => LOCALES.includes(value as Locale)

/** English prices read `$9.00`, English dates `23 Nov 2026`: the forms nobody can misread. */
const MONEY_TAGS: Record<Locale, string> = { en: 'en-US', de: 'de-DE' }
const DATE_TAGS: Record<Locale, string> = { en: 'en-GB', de: 'de-DE' }

const formatters = new Map<
  string,
  Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.PluralRules
>()

/** Formatters cost far more to make than to use; there are few kinds of them. */
function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.PluralRules>(
  key: string,
  make: () => T,
): T {
  const known = formatters.get(key)
  if (known) return known as T
  const made = make()
  formatters.set(key, made)
  return made
}

/** An amount in minor units as people write it, exact for any size: `1990n` EUR is `€19.90`, in German `19,90 €`. */
export function formatMoney(minor: bigint, currency: string, locale: Locale): string {
  const digits = currencyExponent(currency)
  const format = cached(
    `money ${locale} ${currency}`,
    () =>
      new Intl.NumberFormat(MONEY_TAGS[locale], {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  )
  return format.format(toDecimal(minor, currency) as Intl.StringNumericLiteral)
}

/** An amount for the axis of a chart, shortened: `€1.2K`, in German `1200 €`. Near enough to be seen, never to be paid. */
export const formatMoneyShort = (minor: bigint, currency: string, locale: Locale): string =>
  cached(
    `short money ${locale} ${currency}`,
    () =>
      new Intl.NumberFormat(MONEY_TAGS[locale], {
        style: 'currency',
        currency,
        notation: 'compact',
        minimumFractionDigits: 0,
        maximumFractionDigits: 2,
      }),
  ).format(toDecimal(minor, currency) as Intl.StringNumericLiteral)

/** A share in basis points as people write it: `1950` is `19.5%`, in German `19,5 %`; a change has its sign. */
export const formatPercent = (basisPoints: number, locale: Locale, signed = false): string =>
  cached(
    `percent ${locale} ${signed}`,
    () =>
      new Intl.NumberFormat(DATE_TAGS[locale], {
        style: 'percent',
        maximumFractionDigits: signed ? 1 : 2,
        ...(signed && { signDisplay: 'exceptZero' }),
      }),
  ).format(basisPoints / 10_000)

/** A month by its name and year, of a day given as ISO text: `Jan 2027`. */
export const formatMonth = (day: string, locale: Locale): string =>
  cached(
    `month ${locale}`,
    () => new Intl.DateTimeFormat(DATE_TAGS[locale], { month: 'short', year: 'numeric', timeZone: 'UTC' }),
  ).format(new Date(`${day}T00:00:00Z`))

/** A count with the thousands marks of the locale. */
export const formatNumber = (value: number | bigint, locale: Locale): string =>
  cached(`number ${locale}`, () => new Intl.NumberFormat(DATE_TAGS[locale])).format(value)

export type DateStyle = 'date' | 'dateTime' | 'time' | 'full'

const DATE_STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  dateTime: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  full: {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  },
}

/** An instant, given as ISO text, in the words of a locale and the hours of a time zone (IANA name). */
export function formatDate(iso: string, locale: Locale, timeZone = 'UTC', style: DateStyle = 'date'): string {
  const format = cached(
    `date ${locale} ${timeZone} ${style}`,
    () => new Intl.DateTimeFormat(DATE_TAGS[locale], { ...DATE_STYLES[style], timeZone }),
  )
  return format.format(new Date(iso))
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "3 hours ago", "in 2 days"; undefined when more than a week lies between, since then a date says more. */
export function formatRelative(iso: string, nowIso: string, locale: Locale): string | undefined {
  const seconds = Math.round((Date.parse(iso) - Date.parse(nowIso)) / 1000)
  if (Math.abs(seconds) > 7 * 86_400) return undefined
  const format = cached(`relative ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 60]
  return unit === 'second' ? format.format(0, 'second') : format.format(Math.trunc(seconds / size), unit)
}

/** The form of a word for a count, by the rules of the language: `plural('en', 2, { one: 'server', other: 'servers' })`. */
export function plural(
  locale: Locale,
  count: number,
  forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
  const rule = cached(`plural ${locale}`, () => new Intl.PluralRules(locale)).select(count)
  return forms[rule] ?? forms.other
}

/** The best of our languages for an Accept-Language header; English when none fits. */
export function preferredLocale(acceptLanguage: string | null | undefined): Locale {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().toLowerCase().split(';')
      const weight = rest.map((item) => /^\s*q=([\d.]+)$/.exec(item)?.[1]).find((item) => item !== undefined)
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  for (const { language } of wishes) if (isLocale(language)) return language
  return 'en'
}
