import type { ReactNode } from 'react'
import { formatMoney, formatNumber } from '#platform/i18n.ts'
import { shopMessages } from '../messages/shop.ts'
import { paths } from '../paths.ts'
import { cx } from '../ui/cx.ts'
import { usePeriodWords } from '../ui/period.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import type { Shown, Tables } from './price-view.ts'

const HEAD = 'px-4 py-3 text-left text-md font-medium'
const CELL = 'border-t border-line px-4 py-3 text-left align-top tabular'

type Row = [string, (plan: Tables['plans'][number]) => ReactNode]

/** The plans as columns, what distinguishes them as rows. On phones the table scrolls inside its own frame. */
export function PlanTable({
  plans,
  periods,
  shown,
  popular,
}: Pick<Tables, 'plans' | 'periods'> & { shown: Shown; popular: string }) {
  const words = useMessages(shopMessages)
  const { facts } = words
  const locale = useLocale()
  const price = (minor: bigint | undefined): ReactNode =>
    minor === undefined ? facts.notSold : <Money minor={minor} currency={shown.currency} />
  const periodWords = usePeriodWords()
  const rows: Row[] = [
    [facts.cores, (plan) => plan.cores],
    [facts.memory, (plan) => facts.gb(plan.memoryGb)],
    [facts.disk, (plan) => facts.gb(plan.diskGb)],
    [facts.traffic, (plan) => facts.tb(plan.trafficTb)],
    ...periods.map((period): Row => [facts.price(periodWords(period).per), (plan) => price(plan.amounts[period])]),
    [facts.saving, (plan) => (plan.saving === undefined ? '–' : facts.percent(plan.saving))],
  ]
  if (plans.some(({ setupMinor }) => setupMinor > 0n))
    rows.push([facts.setup, (plan) => (plan.setupMinor > 0n ? price(plan.setupMinor) : '–')])
  if (plans.some(({ trialDays }) => trialDays !== null))
    rows.push([facts.trial, ({ trialDays }) => (trialDays === null ? '–' : facts.days(trialDays))])
  return (
    <div
      role="group"
      aria-label={words.pricing.compare}
      tabIndex={0}
      className="overflow-x-auto rounded-card border border-line bg-surface"
    >
      <table className="w-full min-w-[38rem] table-fixed border-collapse">
        <thead>
          <tr>
            <td className={HEAD} />
            {plans.map((plan) => (
              <th key={plan.slug} scope="col" className={cx(HEAD, 'text-body')}>
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <a
                    href={paths.product(locale, plan.slug, shown)}
                    className="font-semibold hover:text-brand-ink hover:underline"
                  >
                    {plan.name}
                  </a>
                  {plan.popular && (
                    <span className="text-sm">
                      <Badge tone="info">{popular}</Badge>
                    </span>
                  )}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, cell]) => (
            <tr key={label}>
              <th scope="row" className={cx(CELL, 'text-md font-normal text-muted')}>
                {label}
              </th>
              {plans.map((plan) => (
                <td key={plan.slug} className={CELL}>
                  {cell(plan)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The extras of a product with their prices. */
export function OptionTable({ options, shown }: { options: Tables['options']; shown: Shown }) {
  const words = useMessages(shopMessages)
  const locale = useLocale()
  const { per } = usePeriodWords()(shown.period)
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {options.map((option) => {
        const { amountMinor: amount, setupMinor } = option
        return (
          <li key={option.code} className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 px-5 py-4">
            <div>
              <p className="font-medium">{option.name}</p>
              <p className="text-md text-muted">{option.summary}</p>
            </div>
            {amount !== undefined && (
              <p className="text-md text-muted">
                <Money minor={amount} currency={shown.currency} className="text-body font-medium text-ink" />{' '}
                {option.each ? `${words.pricing.each} ${per}` : per}
                {setupMinor > 0n && `, ${words.setup(formatMoney(setupMinor, shown.currency, locale))}`}
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** Whether prices hold the tax. */
export function TaxNote({ included, percent }: { included: boolean; percent: number }) {
  const words = useMessages(shopMessages).tax
  const locale = useLocale()
  return (
    <p className="mt-6 text-md text-muted">
      {included ? words.included(formatNumber(percent, locale)) : words.excluded}
    </p>
  )
}
