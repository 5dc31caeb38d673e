import { formatDate, formatNumber, type Locale } from '#platform/i18n.ts'

/** Loaders send dates as ISO text: the browser knows no Temporal. */
export const iso = (at: Temporal.Instant | Temporal.PlainDate): string => at.toString()
export const isoOrNull = (at: Temporal.Instant | null): string | null => at?.toString() ?? null

/** The end of an id, enough for people to tell a few apart. */
export const shortId = (id: string): string => id.slice(-8).toUpperCase()

/** Megabytes as people read them: `512 MB`, `4 GB`, `1.5 GB`. */
export const formatMemory = (mb: number, locale: Locale): string =>
  mb < 1024
    ? `${formatNumber(Math.round(mb), locale)} MB`
    : `${formatNumber(Math.round((mb / 1024) * 10) / 10, locale)} GB`

/** A share of 0 to 1 as a whole percentage; what is a little is never none. */
export const formatShare = (share: number, locale: Locale): string =>
  share > 0 && share < 0.01 ? `< ${formatNumber(1, locale)} %` : `${formatNumber(Math.round(share * 100), locale)} %`

/** A rate of tax in hundredths of a percent, such as 1900 for `19 %`. */
export const formatRate = (basisPoints: number, locale: Locale): string =>
  `${formatNumber(basisPoints / 100, locale)} %`

/** A calendar day that belongs to no time zone, given as `2026-11-23`. */
export const formatDay = (day: string, locale: Locale): string => formatDate(`${day}T00:00:00Z`, locale, 'UTC', 'date')

/** How long a machine runs, in its two largest units. */
export function splitUptime(seconds: number): { days: number; hours: number; minutes: number } {
  const minutes = Math.floor(seconds / 60)
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 }
}
