import { formatNumber, type Locale } from '#platform/i18n.ts'
import type { LoggedEvent } from '#modules/accounts/list-events.ts'

/** Loaders send dates as ISO text: the browser knows no Temporal. */
export const iso = (at: Temporal.Instant): string => at.toString()
export const isoOrNull = (at: Temporal.Instant | null): string | null => at?.toString() ?? null

/** The end of an id, enough for people to tell a few apart. */
export const shortId = (id: string): string => id.slice(-6).toUpperCase()

/** Megabytes as people read them: `512 MB`, `4 GB`, `1.5 GB`. */
export const formatMemory = (mb: number, locale: Locale): string =>
  mb < 1024 ? `${mb} MB` : `${formatNumber(Math.round((mb / 1024) * 10) / 10, locale)} GB`

/** A country in the reader's language, such as Germany for DE. */
/** A rate of tax in basis points, such as 1900 for `19 %`. */
export const formatPercent = (basisPoints: number, locale: Locale): string =>
  `${formatNumber(basisPoints / 100, locale)} %`

export const countryName = (code: string, locale: Locale): string =>
  new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code

/** An event as pages show it. */
export type EventView = ReturnType<typeof eventView>

export const eventView = (event: LoggedEvent) => ({
  id: event.id,
  name: event.name,
  subjectId: event.subjectId,
  customerId: event.customerId,
  customerName: event.customerName,
  actorKind: event.actorKind,
  actorId: event.actorId,
  actorName: event.actorName,
  requestId: event.requestId,
  address: event.address,
  changes: changesOf(event.before, event.after),
  at: iso(event.createdAt),
})

/** One detail of a subject before and after an event; undefined where it was not there. */
export type Change = { field: string; before: string | undefined; after: string | undefined }

/** What an event says has changed, field by field; fields that stayed alike are left out. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const from = fieldsOf(before)
  const to = fieldsOf(after)
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return names
    .map((field) => ({ field, before: textOf(from[field]), after: textOf(to[field]) }))
    .filter((change) => change.before !== change.after)
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}
