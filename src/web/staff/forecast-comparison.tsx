import { formatDate, formatNumber, formatPercent } from '#platform/i18n.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { KeyValue, Money } from '../ui/values.tsx'
import { useSpanColumns } from './forecast-figures.tsx'
import type { ForecastData } from './forecast-page.tsx'
import { triedOf } from './forecast-view.ts'
import { Day, RowLink } from './parts.tsx'
import { ViewTabs } from './view-tabs.tsx'

type Compared = NonNullable<ForecastData['compared']>

/** What was foreseen for the days that are over, beside what really happened. */
export function ForecastComparison({ loaded: { forecast, compared } }: { loaded: ForecastData }) {
  const words = useMessages(staffForecastsMessages)
  const { title, none, noneText, side, text } = words.compared
  if (!compared) return null
  const tried = triedOf(forecast.settingsToday, forecast.settingsTried, words).length > 0
  return (
    <section aria-label={title} className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{title}</h2>
        {compared.daysPassed > 0 && forecast.rows > 0 && (
          <LinkButton to={paths.staffForecastCompared(forecast.id, { against: compared.side })} size="small">
            {words.compared.rows}
          </LinkButton>
        )}
      </div>
      {compared.daysPassed === 0 ? (
        <Card>
          <EmptyState title={none} text={noneText} />
        </Card>
      ) : (
        <>
          <p className="text-muted">{text}</p>
          {tried && (
            <div className="w-fit">
              <ViewTabs
                label={side}
                current={compared.side}
                views={(['today', 'changed'] as const).map((value) => ({
                  value,
                  label: words[value],
                  to: paths.staffForecast(forecast.id, { against: value }),
                }))}
              />
            </div>
          )}
          {compared.inForce === undefined && <Notice tone="info">{words.compared.neither}</Notice>}
          <Accuracy compared={compared} />
          <Days forecastId={forecast.id} compared={compared} kept={forecast.rows > 0} />
        </>
      )}
    </section>
  )
}

/** How much of it came as foreseen, what did not, and the money on both sides. */
function Accuracy({ compared }: { compared: Compared }) {
  const words = useMessages(staffForecastsMessages).compared
  const locale = useLocale()
  const { outcomes, things, alikeBasisPoints, money, until } = compared
  const day = formatDate(`${until}T00:00:00Z`, locale)
  return (
    <Card>
      <p className="mb-3 font-medium">
        {outcomes === undefined
          ? words.onlyFigures
          : alikeBasisPoints === undefined
            ? words.nothing(day)
            : words.asForeseen(formatPercent(alikeBasisPoints, locale), formatNumber(things ?? 0, locale), day)}
      </p>
      <KeyValue
        columns={3}
        facts={[
          ...(outcomes ?? []).map(({ outcome, things: found }) => ({
            label: words.outcomes[outcome],
            value: formatNumber(found, locale),
          })),
          ...money.map(({ currency, said, happened }) => ({
            label: words.moneyIn(currency),
            value:
              said === happened ? (
                <Money minor={happened} currency={currency} />
              ) : (
                <span className="whitespace-nowrap">
                  <Money minor={said} currency={currency} className="text-muted" /> →{' '}
                  <Money minor={happened} currency={currency} />
                </span>
              ),
          })),
        ]}
      />
    </Card>
  )
}

function Days({ forecastId, compared, kept }: { forecastId: string; compared: Compared; kept: boolean }) {
  const words = useMessages(staffForecastsMessages).compared
  const { side, spans, more, currencies } = compared
  const [, ...columns] = useSpanColumns(words.day, currencies)
  return (
    <>
      <DataTable
        label={words.byDay}
        columns={[
          {
            key: 'day',
            header: words.day,
            cell: ({ from }) =>
              kept ? (
                <RowLink to={paths.staffForecastCompared(forecastId, { against: side, day: from, show: 'all' })}>
                  <Day at={from} />
                </RowLink>
              ) : (
                <Day at={from} />
              ),
          },
          ...columns,
        ]}
        rows={spans}
        rowKey={({ from }) => from}
        empty={<EmptyState title={words.noRows} />}
      />
      {more && (
        <p className="flex flex-wrap items-baseline gap-3 text-sm text-muted">
          {words.latest(spans.length)}
          <LinkButton to={paths.staffForecast(forecastId, { against: side, days: 'all' })} size="small">
            {words.allDays}
          </LinkButton>
        </p>
      )}
    </>
  )
}
