import { useSearchParams } from 'react-router'
import { formatDate } from '#platform/i18n.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { ForecastData } from './forecast-page.tsx'
import { differenceOf, type RowView } from './forecast-view.ts'
import { Day, RowLink } from './parts.tsx'
import { ViewTabs } from './view-tabs.tsx'

/** What would happen, one row for both sides. */
export function ForecastRows({ loaded }: { loaded: ForecastData }) {
  const words = useMessages(staffForecastsMessages)
  const [search] = useSearchParams()
  const { forecast, rows, next, kinds, views, filter } = loaded
  const filtered = Boolean(filter.kind ?? filter.search)
  const dropped = forecast.rows === 0 && loaded.counts.length > 0
  return (
    <section aria-label={words.rows} className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{words.rows}</h2>
        {forecast.rows > 0 && (
          <LinkButton to={paths.staffForecastExport(forecast.id, search)} size="small" document download>
            {words.exportCsv}
          </LinkButton>
        )}
      </div>
      <div className="w-fit">
        <ViewTabs
          label={words.show}
          current={filter.view}
          views={views.map((value) => ({
            value,
            label: words.views[value],
            to: paths.staffForecast(forecast.id, { show: value, kind: filter.kind, q: filter.search }),
            ...(value === 'differing' && { count: forecast.differing }),
          }))}
        />
      </div>
      <Filters
        search={{ name: 'q', label: words.search }}
        keep={['show']}
        selects={[
          { name: 'kind', label: words.kind, options: kinds.map((value) => ({ value, label: words.kinds[value] })) },
        ]}
      />
      <DataTable
        label={words.rows}
        columns={useColumns()}
        rows={rows}
        rowKey={(row) => row.key}
        next={next}
        filtered={filtered}
        empty={
          <EmptyState
            title={dropped ? words.dropped : words.noDifference}
            text={dropped ? words.droppedText : words.noDifferenceText}
          />
        }
      />
    </section>
  )
}

function useColumns(): Column<RowView>[] {
  const words = useMessages(staffForecastsMessages)
  return useRowColumns(words.todayShort, words.changedShort, (row) => ({
    text: differenceOf(row, words),
    marked: row.differs,
  }))
}

/** A thing with its day and amount before and after, and in words how they differ. */
export function useRowColumns<Row extends Omit<RowView, 'key' | 'differs' | 'shift'>>(
  before: string,
  after: string,
  differing: (row: Row) => { text: string; marked: boolean },
): Column<Row>[] {
  const words = useMessages(staffForecastsMessages)
  return [
    { key: 'what', header: words.kind, cell: (row) => <What row={row} /> },
    {
      key: 'customer',
      header: words.search,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    { key: 'about', header: words.about, cell: (row) => <About row={row} /> },
    { key: 'today', header: before, align: 'right', cell: ({ todayOn }) => todayOn && <Day at={todayOn} /> },
    { key: 'changed', header: after, align: 'right', cell: ({ changedOn }) => changedOn && <Day at={changedOn} /> },
    {
      key: 'amount',
      header: words.amount,
      align: 'right',
      cell: (row) => row.currency !== null && <Amount row={row} />,
    },
    {
      key: 'difference',
      header: words.difference,
      cell: (row) => {
        const { text, marked } = differing(row)
        return <span className={marked ? 'font-medium' : 'text-muted'}>{text}</span>
      },
    },
  ]
}

function What({ row: { kind, template } }: { row: Pick<RowView, 'kind' | 'template'> }) {
  const words = useMessages(staffForecastsMessages)
  const { templates } = useMessages(staffObjectsMessages).customers
  return template === null ? words.one[kind] : `${words.one[kind]}: ${templates[template] ?? template}`
}

function About({ row: { dueOn, serviceId, hostname } }: { row: Pick<RowView, 'dueOn' | 'serviceId' | 'hostname'> }) {
  const words = useMessages(staffForecastsMessages)
  const locale = useLocale()
  if (dueOn !== null) return words.dueOn(formatDate(`${dueOn}T00:00:00Z`, locale))
  if (serviceId === null) return null
  return <RowLink to={paths.staffService(serviceId)}>{words.server(hostname ?? '')}</RowLink>
}

function Amount({
  row: { currency, todayMinor, changedMinor },
}: {
  row: Pick<RowView, 'currency' | 'todayMinor' | 'changedMinor'>
}) {
  if (currency === null) return null
  const [before, after] = [todayMinor ?? changedMinor, changedMinor ?? todayMinor]
  if (before === null || after === null) return null
  if (before === after) return <Money minor={after} currency={currency} />
  return (
    <span className="whitespace-nowrap">
      <Money minor={before} currency={currency} className="text-muted" /> → <Money minor={after} currency={currency} />
    </span>
  )
}
