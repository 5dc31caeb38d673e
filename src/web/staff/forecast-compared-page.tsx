import { FORECAST_KINDS, getForecast } from '#modules/billing/forecasts/forecast-queries.ts'
import { listCompared } from '#modules/billing/forecasts/compare-forecast.ts'
import { formatDate } from '#platform/i18n.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { comparedRowView, readSide } from './forecast-comparison-view.ts'
import { useRowColumns } from './forecast-rows.tsx'
import { readListUrl } from './list-url.ts'
import { dayOf } from './report-url.ts'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/forecast-compared-page'

const SHOWN = ['differing', 'all'] as const

export async function loader({ request, params: { forecastId }, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const url = readListUrl(request)
  const { days, rows: kept } = await getForecast(app, actor, forecastId)
  const against = readSide(url)
  const show = url.one('show', SHOWN) ?? 'differing'
  const day = dayOf(url.text('day'))?.toString()
  const kind = url.one('kind', FORECAST_KINDS)
  const { rows, next } = await listCompared(app, actor, {
    ...url.page,
    forecastId,
    side: against,
    differing: show === 'differing',
    day,
    kind,
  })
  return {
    forecast: { id: forecastId, days, kept: kept > 0 },
    against,
    show,
    day,
    kind,
    kinds: FORECAST_KINDS,
    rows: rows.map(comparedRowView),
    next,
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function ForecastComparedPage({
  loaderData: { forecast, against, show, day, kind, kinds, rows, next },
}: Route.ComponentProps) {
  const words = useMessages(staffForecastsMessages)
  const locale = useLocale()
  const { compared } = words
  const columns: Column<Row>[] = useRowColumns<Row>(compared.foreseen, compared.happened, ({ outcome }) => ({
    text: compared.outcomes[outcome],
    marked: outcome !== 'same',
  }))
  return (
    <ListPage
      title={compared.title}
      text={day === undefined ? compared.rowsText : compared.onDay(formatDate(`${day}T00:00:00Z`, locale))}
      back={{ to: paths.staffForecast(forecast.id, { against }), label: words.named(words.days(forecast.days)) }}
      actions={
        day !== undefined && (
          <LinkButton to={paths.staffForecastCompared(forecast.id, { against, show, kind })}>
            {compared.everyDay}
          </LinkButton>
        )
      }
      filters={
        <div className="grid justify-items-start gap-3">
          <ViewTabs
            label={words.show}
            current={show}
            views={SHOWN.map((value) => ({
              value,
              label: compared.show[value],
              to: paths.staffForecastCompared(forecast.id, { against, day, kind, show: value }),
            }))}
          />
          <Filters
            keep={['against', 'day', 'show']}
            selects={[
              {
                name: 'kind',
                label: words.kind,
                options: kinds.map((value) => ({ value, label: words.kinds[value] })),
              },
            ]}
          />
        </div>
      }
    >
      <DataTable
        label={compared.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        next={next}
        filtered={kind !== undefined}
        empty={
          <EmptyState
            title={forecast.kept ? compared.noRows : words.dropped}
            text={forecast.kept ? compared.noRowsText : words.droppedText}
          />
        }
      />
    </ListPage>
  )
}
