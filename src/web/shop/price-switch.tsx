import type { Period } from '#modules/catalog/interval.ts'
import { shopMessages } from '../messages/shop.ts'
import { cx } from '../ui/cx.ts'
import { capitalised, usePeriodWords } from '../ui/period.ts'
import { useMessages } from '../ui/site.tsx'
import type { Shown } from './price-view.ts'

/** Period and currency as links: each choice has an address of its own, so pages can be shared and kept. */
export function PriceSwitch({
  shown,
  currencies,
  periods,
  to,
}: {
  shown: Shown
  currencies: readonly string[]
  periods: readonly Period[]
  to: (shown: Shown) => string
}) {
  const words = useMessages(shopMessages)
  const periodWords = usePeriodWords()
  return (
    <div className="flex flex-wrap gap-3">
      {periods.length > 1 && (
        <Segments
          label={words.period.label}
          choices={periods.map((period) => ({
            label: capitalised(periodWords(period).adverb),
            to: to({ ...shown, period }),
            chosen: period === shown.period,
          }))}
        />
      )}
      {currencies.length > 1 && (
        <Segments
          label={words.currency}
          choices={currencies.map((currency) => ({
            label: currency,
            to: to({ ...shown, currency }),
            chosen: currency === shown.currency,
          }))}
        />
      )}
    </div>
  )
}

function Segments({
  label,
  choices,
}: {
  label: string
  choices: readonly { label: string; to: string; chosen: boolean }[]
}) {
  return (
    <nav aria-label={label} className="flex flex-wrap rounded-control border border-line bg-sunken p-0.5">
      {choices.map((choice) => (
        <a
          key={choice.label}
          href={choice.to}
          aria-current={choice.chosen ? 'true' : undefined}
          className={cx(
            'grid min-h-8 place-items-center rounded-sm px-3.5 text-md font-medium pointer-coarse:min-h-11',
            choice.chosen ? 'bg-surface text-ink ring-1 ring-line' : 'text-muted hover:text-ink',
          )}
        >
          {choice.label}
        </a>
      ))}
    </nav>
  )
}
