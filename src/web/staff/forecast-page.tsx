import { data } from 'react-router'
import { z } from 'zod'
import { listEvents } from '#modules/accounts/list-events.ts'
import { forecastMachine, progressOf } from '#modules/billing/forecasts/forecast.ts'
import {
  FORECAST_KINDS,
  FORECAST_VIEWS,
  getForecast,
  listForecastRows,
  sumForecast,
} from '#modules/billing/forecasts/forecast-queries.ts'
import { compareForecast } from '#modules/billing/forecasts/compare-forecast.ts'
import { cancelForecast } from '#modules/billing/forecasts/request-forecast.ts'
import { formatDate, formatNumber } from '#platform/i18n.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { useAnswer, useLive } from '../ui/live.ts'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { staffScope } from './access.ts'
import { FactList } from './fact-list.tsx'
import { ForecastComparison } from './forecast-comparison.tsx'
import { comparisonView, readSide } from './forecast-comparison-view.ts'
import { ForecastFigures } from './forecast-figures.tsx'
import { ForecastRows } from './forecast-rows.tsx'
import { Assumptions, Tried } from './forecast-terms.tsx'
import { countsOf, FIGURES, moneyOf, rowView, weeksOf } from './forecast-view.ts'
import { readRowsUrl } from './forecast-url.ts'
import { readListUrl } from './list-url.ts'
import { AllLink, EventTimeline, Refusal } from './parts.tsx'
import { eventView } from './view.ts'
import type { Route } from './+types/forecast-page'

export async function loader({ request, params: { forecastId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const url = readListUrl(request)
  const forecast = await getForecast(app, actor, forecastId)
  const [compared, weeks, months, listed, events] = await Promise.all([
    forecast.state === 'finished' ? compareForecast(app, actor, { forecastId, side: readSide(url) }) : undefined,
    sumForecast(app, actor, forecastId, 'week'),
    sumForecast(app, actor, forecastId, 'month'),
    listForecastRows(app, actor, { forecastId, ...url.page, ...readRowsUrl(url) }),
    may('event.read') ? listEvents(app, actor, { limit: 15, subjectId: forecastId }) : { rows: [] },
  ])
  return {
    forecast: {
      id: forecast.id,
      state: forecast.state,
      days: forecast.days,
      cards: forecast.cards,
      passed: forecast.passed,
      progress: progressOf(forecast),
      agreements: forecast.agreements,
      leftOut: forecast.leftOut,
      failureCode: forecast.failureCode,
      startsOn: forecast.startsOn?.toString() ?? null,
      settingsToday: forecast.settingsToday,
      settingsTried: forecast.settingsTried,
      sellerName: forecast.sellerName,
      askedBy: forecast.askedBy,
      rows: forecast.rows,
      differing: forecast.differing,
    },
    compared: compared && comparisonView(compared, url.one('days', ['all']) === undefined),
    mayCancel: can(forecastMachine, forecast, 'cancel'),
    counts: countsOf(weeks, FORECAST_KINDS),
    money: moneyOf(weeks).map(({ currency, steps }, index) => ({
      currency,
      weeks: steps,
      months: moneyOf(months)[index]?.steps ?? [],
    })),
    weeks: weeksOf(weeks, FIGURES),
    kinds: FORECAST_KINDS,
    views: FORECAST_VIEWS,
    rows: listed.rows.map(rowView),
    next: listed.next,
    filter: readRowsUrl(url),
    events: events.rows.map(eventView),
  }
}

const Asked = z.object({ do: z.literal('cancel') })

export async function action({ request, params: { forecastId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Asked, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const done = await tryForm(form, locale, () => cancelForecast(app, actor, { forecastId }))
  return done.ok ? redirectWithFlash(paths.staffForecast(forecastId), 'saved') : data(done, 409)
}

export type ForecastData = Route.ComponentProps['loaderData']

export default function ForecastPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { forecast, mayCancel, events } = loaderData
  const words = useMessages(staffForecastsMessages)
  const common = useMessages(staffMessages)
  useLive(mayCancel)
  const finished = forecast.state === 'finished'
  const terms = (
    <>
      <Tried today={forecast.settingsToday} tried={forecast.settingsTried} />
      <Facts forecast={forecast} />
    </>
  )
  const background = (
    <>
      <Assumptions cards={forecast.cards} />
      {events.length > 0 && (
        <Card
          title={common.timeline}
          actions={<AllLink to={paths.staffEvents({ subject: forecast.id })} label={common.allEvents} />}
        >
          <EventTimeline events={events} />
        </Card>
      )}
    </>
  )
  return (
    <ObjectPage
      title={words.named(words.days(forecast.days))}
      id={forecast.id}
      state={<StateBadge state={forecast.state} busy={forecast.state === 'running'} />}
      back={{ to: paths.staffForecasts(), label: words.title }}
      notice={answer ? <Refusal state={answer} /> : <Outcome forecast={forecast} />}
      actions={<Actions mayCancel={mayCancel} />}
      // Once there are figures, they take the whole width.
      aside={
        finished ? undefined : (
          <>
            {terms}
            {background}
          </>
        )
      }
    >
      {mayCancel && (
        <Card title={words.runningTitle}>
          <progress className="bar" value={forecast.progress} max={1} aria-label={words.runningTitle} />
          <p className="mt-3 text-muted" role="status">
            {forecast.state === 'running' ? words.running(forecast.passed, 2 * (forecast.days + 1)) : words.waiting}
          </p>
        </Card>
      )}
      {finished && (
        <>
          <div className="grid items-start gap-5 md:grid-cols-2">{terms}</div>
          <ForecastComparison loaded={loaderData} />
          <ForecastFigures loaded={loaderData} />
          <ForecastRows loaded={loaderData} />
          <div className="grid items-start gap-5 md:grid-cols-2">{background}</div>
        </>
      )}
    </ObjectPage>
  )
}

function Actions({ mayCancel }: { mayCancel: boolean }) {
  const words = useMessages(staffForecastsMessages)
  if (!mayCancel) return <LinkButton to={paths.staffForecastNew()}>{words.again}</LinkButton>
  return (
    <ConfirmButton label={words.cancel} title={words.cancelTitle} confirm={words.cancel} fields={{ do: 'cancel' }}>
      <p>{words.cancelText}</p>
    </ConfirmButton>
  )
}

/** What became of it, where that is not what one hopes for. */
function Outcome({ forecast: { state, failureCode, leftOut } }: { forecast: ForecastData['forecast'] }) {
  const words = useMessages(staffForecastsMessages)
  if (state === 'failed')
    return (
      <Notice tone="bad" title={words.failed}>
        {words.failures[failureCode ?? ''] ?? words.failures['forecast_failed']}
      </Notice>
    )
  if (state === 'cancelled') return <Notice tone="info">{words.cancelled}</Notice>
  return leftOut > 0 ? <Notice tone="warn">{words.leftOut(leftOut)}</Notice> : null
}

function Facts({ forecast }: { forecast: ForecastData['forecast'] }) {
  const words = useMessages(staffForecastsMessages)
  const locale = useLocale()
  const { startsOn, days, agreements, sellerName, askedBy } = forecast
  return (
    <Card title={words.facts}>
      <FactList
        facts={[
          { label: words.seller, value: sellerName },
          {
            label: words.reach,
            value: startsOn ? words.daysFrom(days, formatDate(`${startsOn}T00:00:00Z`, locale)) : words.days(days),
          },
          ...(agreements === null ? [] : [{ label: words.agreements, value: formatNumber(agreements, locale) }]),
          { label: words.askedBy, value: askedBy ?? words.system },
        ]}
      />
    </Card>
  )
}
