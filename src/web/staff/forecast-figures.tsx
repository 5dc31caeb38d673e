import { formatMoney, formatMoneyShort, formatMonth, formatNumber } from '#platform/i18n.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { BarChart } from '../ui/bar-chart.tsx'
import { Card } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { ForecastData } from './forecast-page.tsx'
import { FIGURES } from './forecast-view.ts'
import { Day } from './parts.tsx'

/** What a forecast comes to: how often what happens on either side, and the money by week and month. */
export function ForecastFigures({ loaded }: { loaded: ForecastData }) {
  const words = useMessages(staffForecastsMessages)
  return (
    <>
      <section aria-label={words.counts} className="grid min-w-0 gap-3">
        <h2 className="text-lg font-semibold">{words.counts}</h2>
        <Counts counts={loaded.counts} />
      </section>
      {loaded.money.map((money) => (
        <MoneyIn key={money.currency} money={money} />
      ))}
      <section aria-label={words.byWeek} className="grid min-w-0 gap-3">
        <h2 className="text-lg font-semibold">{words.byWeek}</h2>
        <Weeks loaded={loaded} />
      </section>
    </>
  )
}

function Counts({ counts }: { counts: ForecastData['counts'] }) {
  const words = useMessages(staffForecastsMessages)
  const locale = useLocale()
  const columns: Column<ForecastData['counts'][number]>[] = [
    { key: 'kind', header: words.kind, grow: true, cell: (row) => words.kinds[row.kind] },
    { key: 'today', header: words.today, align: 'right', cell: (row) => formatNumber(row.today, locale) },
    { key: 'changed', header: words.changed, align: 'right', cell: (row) => formatNumber(row.changed, locale) },
    {
      key: 'difference',
      header: words.difference,
      align: 'right',
      cell: ({ today, changed }) => <Signed value={changed - today} />,
    },
  ]
  return <DataTable label={words.counts} columns={columns} rows={counts} rowKey={(row) => row.kind} />
}

function Signed({ value }: { value: number }) {
  const locale = useLocale()
  if (value === 0) return <span className="text-muted">–</span>
  return `${value > 0 ? '+' : '−'}${formatNumber(Math.abs(value), locale)}`
}

type MoneyData = ForecastData['money'][number]

function MoneyIn({ money: { currency, weeks, months } }: { money: MoneyData }) {
  const words = useMessages(staffForecastsMessages)
  const locale = useLocale()
  // Without the year, so that they fit under their bars.
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const labels = weeks.map(({ from }) => short.format(Date.parse(`${from}T00:00:00Z`)))
  const cell = (minor: bigint) => <Money minor={minor} currency={currency} />
  const columns: Column<MoneyData['months'][number]>[] = [
    { key: 'month', header: words.month, grow: true, cell: ({ from }) => formatMonth(from, locale) },
    { key: 'invoicedToday', header: words.invoicedToday, align: 'right', cell: ({ invoiced }) => cell(invoiced.today) },
    {
      key: 'invoicedChanged',
      header: words.invoicedChanged,
      align: 'right',
      cell: ({ invoiced }) => cell(invoiced.changed),
    },
    { key: 'inToday', header: words.inToday, align: 'right', cell: ({ paid }) => cell(paid.today) },
    { key: 'inChanged', header: words.inChanged, align: 'right', cell: ({ paid }) => cell(paid.changed) },
  ]
  return (
    <section aria-label={words.byMonth(currency)} className="grid min-w-0 gap-4">
      <Card>
        <BarChart
          title={words.moneyIn(currency)}
          description={words.chart(currency, weeks.length)}
          labels={labels}
          series={[
            { name: words.today, tone: 'before', values: weeks.map(({ paid }) => Number(paid.today)) },
            { name: words.changed, tone: 'main', values: weeks.map(({ paid }) => Number(paid.changed)) },
          ]}
          tick={(minor) => formatMoneyShort(BigInt(Math.round(minor)), currency, locale)}
          tip={(label, { name, values }, index) =>
            `${label}, ${name}: ${formatMoney(BigInt(values[index] ?? 0), currency, locale)}`
          }
        />
      </Card>
      <DataTable label={words.byMonth(currency)} columns={columns} rows={months} rowKey={({ from }) => from} />
    </section>
  )
}

/** A week or a day: how often what happens in it, and what comes in by currency, each before and after. */
export type Span = {
  from: string
  counts: readonly { today: number; changed: number }[]
  paid: Record<string, { today: bigint; changed: bigint }>
}

/** The table to the pictures: each week with what happens in it on either side; one figure where both are alike. */
function Weeks({ loaded: { weeks, money } }: { loaded: ForecastData }) {
  const words = useMessages(staffForecastsMessages)
  const spans = weeks.map(({ from, counts }) => ({
    from,
    counts,
    paid: Object.fromEntries(
      money.map(({ currency, weeks: steps }) => [
        currency,
        steps.find((step) => step.from === from)?.paid ?? { today: 0n, changed: 0n },
      ]),
    ),
  }))
  const columns = useSpanColumns(
    words.week,
    money.map(({ currency }) => currency),
  )
  return <DataTable label={words.byWeek} columns={columns} rows={spans} rowKey={({ from }) => from} />
}

/** What comes in and how often what happens, one figure where both are alike, both with an arrow where they are not. */
export function useSpanColumns(header: string, currencies: readonly string[]): Column<Span>[] {
  const words = useMessages(staffForecastsMessages)
  const locale = useLocale()
  return [
    { key: 'from', header, cell: ({ from }) => <Day at={from} /> },
    ...currencies.map((currency): Column<Span> => ({
      key: currency,
      header: words.moneyInShort(currency),
      align: 'right',
      cell: ({ paid }) => {
        const { today, changed } = paid[currency] ?? { today: 0n, changed: 0n }
        return <Pair today={formatMoney(today, currency, locale)} changed={formatMoney(changed, currency, locale)} />
      },
    })),
    ...FIGURES.map((kind, index): Column<Span> => ({
      key: kind,
      header: words.kindsShort[kind],
      align: 'right',
      cell: ({ counts }) => {
        const { today = 0, changed = 0 } = counts[index] ?? {}
        return <Pair today={formatNumber(today, locale)} changed={formatNumber(changed, locale)} />
      },
    })),
  ]
}

const Pair = ({ today, changed }: { today: string; changed: string }) =>
  today === changed ? (
    today
  ) : (
    <span className="whitespace-nowrap">
      <span className="text-muted">{today}</span> <span aria-hidden="true">→</span>{' '}
      <strong className="font-semibold">{changed}</strong>
    </span>
  )
