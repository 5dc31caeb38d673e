import { intervalOf, type Period, type PeriodWords, periodWords } from '#modules/catalog/interval.ts'
import { useLocale } from './site.tsx'

/** What periods are called in the visitor's language. */
export function usePeriodWords(): (period: Period) => PeriodWords {
  const locale = useLocale()
  return (period) => periodWords(intervalOf(period), locale)
}

/** As a title of its own. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
