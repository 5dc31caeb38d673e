import type { Period } from '#modules/catalog/plan.ts'
import type { Locale } from '#platform/i18n.ts'

const PERIODS = { en: { month: '1 month', year: '1 year' }, de: { month: '1 Monat', year: '1 Jahr' } }

/** What a line says on a document and on every renewal after it: what, for which server, and of a plan for how long. */
export const lineWords = (
  { what, hostname, period }: { what: string; hostname: string | undefined; period?: Period | undefined },
  locale: Locale,
): string => [what, hostname, period && PERIODS[locale][period]].filter(Boolean).join(' · ')
