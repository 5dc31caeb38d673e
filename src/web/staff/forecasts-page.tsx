import { forecastMachine } from '#modules/billing/forecasts/forecast.ts'
import { listForecasts } from '#modules/billing/forecasts/forecast-queries.ts'
import { formatNumber } from '#platform/i18n.ts'
import type { ForecastState } from '#platform/schema.ts'
import { can } from '#platform/state-machine.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { BUSY_MS, useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { triedOf } from './forecast-view.ts'
import { readListUrl } from './list-url.ts'
import { iso } from './view.ts'
import type { Route } from './+types/forecasts-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const url = readListUrl(request)
  const states = Object.keys(forecastMachine.states) as ForecastState[]
  const state = url.one('state', states)
  const { rows, next } = await listForecasts(app, actor, { ...url.page, state })
  return {
    states,
    next,
    filtered: state !== undefined,
    underWay: rows.some((forecast) => can(forecastMachine, forecast, 'cancel')),
    rows: rows.map((forecast) => ({
      id: forecast.id,
      state: forecast.state,
      days: forecast.days,
      agreements: forecast.agreements,
      settingsToday: forecast.settingsToday,
      settingsTried: forecast.settingsTried,
      askedBy: forecast.askedBy,
      createdAt: iso(forecast.createdAt),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

function useColumns(): Column<Row>[] {
  const words = useMessages(staffForecastsMessages)
  const common = useMessages(staffMessages)
  const locale = useLocale()
  return [
    {
      key: 'tried',
      header: words.tried,
      grow: true,
      cell: (row) =>
        triedOf(row.settingsToday, row.settingsTried, words)
          .map(({ label, after }) => `${label}: ${after}`)
          .join('; ') || words.nothingTried,
    },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: 'days', header: words.reach, align: 'right', cell: (row) => words.days(row.days) },
    {
      key: 'agreements',
      header: words.agreements,
      align: 'right',
      cell: (row) => (row.agreements === null ? '–' : formatNumber(row.agreements, locale)),
    },
    { key: 'by', header: words.askedBy, cell: (row) => row.askedBy ?? words.system },
    { key: 'created', header: common.created, align: 'right', cell: (row) => <Time at={row.createdAt} /> },
  ]
}

export default function ForecastsPage({
  loaderData: { rows, next, filtered, states, underWay },
}: Route.ComponentProps) {
  const words = useMessages(staffForecastsMessages)
  const common = useMessages(staffMessages)
  const stateWords = useMessages(stateMessages)
  useLive(underWay, BUSY_MS)
  const create = (
    <LinkButton to={paths.staffForecastNew()} variant="primary">
      {words.create}
    </LinkButton>
  )
  return (
    <ListPage
      title={words.title}
      text={words.text}
      back={{ to: paths.staffSubscriptions(), label: words.subscriptions }}
      actions={create}
      filters={
        <Filters
          selects={[
            {
              name: 'state',
              label: common.state,
              options: states.map((state) => ({ value: state, label: stateWords[state] })),
            },
          ]}
        />
      }
    >
      <DataTable
        label={words.title}
        columns={useColumns()}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffForecast(row.id)}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} action={create} />}
      />
    </ListPage>
  )
}
