import type { Period } from '#modules/catalog/interval.ts'
import { formatMoney } from '#platform/i18n.ts'
import { usePeriodWords } from '../ui/period.ts'
import { useLocale } from '../ui/site.tsx'
import type { Amounts } from './price-view.ts'

/** An amount with its period, or nothing where it is not sold so. */
export function usePrice(currency: string) {
  const periodWords = usePeriodWords()
  const locale = useLocale()
  return (amounts: Amounts, period: Period): string | undefined => {
    const amount = amounts[period]
    return amount === undefined ? undefined : `${formatMoney(amount, currency, locale)} ${periodWords(period).per}`
  }
}
