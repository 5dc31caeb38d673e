import { intervalOf, type Period, periodWords } from '#modules/catalog/interval.ts'
import { plural, type Locale } from '#platform/i18n.ts'

const trialWords = (days: number, locale: Locale): string =>
  locale === 'de'
    ? `${days} ${plural('de', days, { one: 'Tag', other: 'Tage' })} kostenlos testen`
    : `${days}-day free trial`

/** What a line says on a document and on every renewal after it: what, for which server, and of a plan for how long. */
export const lineWords = (
  what: { what: string; hostname: string | undefined; period?: Period | undefined; trialDays?: number },
  locale: Locale,
): string =>
  [
    what.what,
    what.hostname,
    what.period && periodWords(intervalOf(what.period), locale).length,
    what.trialDays && trialWords(what.trialDays, locale),
  ]
    .filter(Boolean)
    .join(' · ')
