import { listEvents } from '#modules/accounts/list-events.ts'
import { repricingMachine } from '#modules/billing/repricing.ts'
import { getRepricing, listPayers, PAYER_VIEWS } from '#modules/billing/repricings-queries.ts'
import { toDecimal } from '#platform/money.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCatalogMessages } from '../messages/staff-catalog.ts'
import { staffRepricingsMessages } from '../messages/staff-repricings.ts'
import { paths } from '../paths.ts'
import { formatDay } from '../portal/view.ts'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { KeyValue, Money } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { AllLink, EventTimeline, Refusal } from './parts.tsx'
import { actOnRepricing } from './repricing-actions.ts'
import { partOf } from './repricing-part.ts'
import { Payers, RepricingActions, Sums, UpdateCard } from './repricing-parts.tsx'
import { eventView, shortId } from './view.ts'
import type { Route } from './+types/repricing-page'

export async function loader({ request, params: { repricingId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const filter = { search: url.text('q'), view: url.one('view', PAYER_VIEWS) }
  const [found, payers, events] = await Promise.all([
    getRepricing(app, actor, repricingId),
    listPayers(app, actor, { repricingId, ...url.page, ...filter }),
    may('event.read') ? listEvents(app, actor, { limit: 15, subjectId: repricingId }) : { rows: [] },
  ])
  const { totals, ...repricing } = found
  const seller = await app.db
    .selectFrom('legalEntities')
    .select('priceNoticeDays')
    .where('id', '=', repricing.legalEntityId)
    .executeTakeFirstOrThrow()
  const today = app.clock.now().toZonedDateTimeISO(repricing.timeZone).toPlainDate()
  const isDraft = can(repricingMachine, repricing, 'announce')
  const search = new URL(request.url).searchParams
  search.delete('after')
  return {
    repricing: {
      id: repricing.id,
      state: repricing.state,
      part: partOf(repricing, locale),
      isOption: repricing.optionCode !== null,
      currency: repricing.currency,
      intervalUnit: repricing.intervalUnit,
      intervalCount: repricing.intervalCount,
      amountMinor: repricing.amountMinor,
      amount: toDecimal(repricing.amountMinor, repricing.currency),
      effectiveOn: repricing.effectiveOn.toString(),
      earliest: today.add({ days: seller.priceNoticeDays }).toString(),
    },
    totals,
    views: PAYER_VIEWS.filter((view) => view !== 'excluded' || isDraft),
    may: {
      announce: isDraft && totals.agreements > 0,
      exclude: isDraft,
      update: isDraft,
      cancel: can(repricingMachine, repricing, 'cancel') && !totals.underWay,
    },
    filtered: Boolean(filter.search ?? filter.view),
    next: payers.next,
    payers: payers.rows.map((row) => ({ ...row, what: row.hostname ?? shortId(row.subscriptionId) })),
    exportPath: paths.staffRepricingExport(repricingId, search.size > 0 ? `?${search}` : ''),
    events: events.rows.map(eventView),
  }
}

export async function action({ request, params: { repricingId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const scope = { app, actor, locale: context.get(localeContext) }
  const backTo = paths.staffRepricing(repricingId) + new URL(request.url).search
  return actOnRepricing(scope, repricingId, await request.formData(), backTo)
}

export type RepricingData = Route.ComponentProps['loaderData']

export default function RepricingPage({ loaderData, actionData }: Route.ComponentProps) {
  const { repricing, totals, may, events } = loaderData
  const words = useMessages(staffRepricingsMessages)
  const common = useMessages(staffMessages)
  const ofField = actionData && Object.keys(actionData.errors).length > 0 ? actionData : undefined
  return (
    <ObjectPage
      title={repricing.part}
      text={words.title}
      id={repricing.id}
      state={<StateBadge state={repricing.state} />}
      back={{ to: paths.staffRepricings(), label: words.title }}
      actions={<RepricingActions loaded={loaderData} />}
      notice={
        <div className="grid gap-3 empty:hidden">
          {actionData && !ofField && <Refusal state={actionData} />}
          {repricing.state === 'announced' && totals.underWay && <Notice tone="info">{words.underWay}</Notice>}
        </div>
      }
      aside={
        <>
          <Facts repricing={repricing} totals={totals} />
          {may.update && <UpdateCard repricing={repricing} state={ofField} />}
          {events.length > 0 && (
            <Card
              title={common.timeline}
              actions={<AllLink to={paths.staffEvents({ subject: repricing.id })} label={common.allEvents} />}
            >
              <EventTimeline events={events} />
            </Card>
          )}
        </>
      }
    >
      <Sums repricing={repricing} totals={totals} />
      <Payers loaded={loaderData} />
    </ObjectPage>
  )
}

function Facts({ repricing, totals }: Pick<RepricingData, 'repricing' | 'totals'>) {
  const words = useMessages(staffRepricingsMessages)
  const common = useMessages(staffCatalogMessages)
  const locale = useLocale()
  const { told, applied, dropped, excluded, firstOn } = totals
  const facts = [
    {
      label: words.price,
      value: (
        <>
          <Money minor={repricing.amountMinor} currency={repricing.currency} />{' '}
          {words.per(common.perCount(repricing.intervalCount, common.per[repricing.intervalUnit]))}
          {repricing.isOption && <span className="text-muted"> {words.perPiece}</span>}
        </>
      ),
    },
    { label: words.from, value: formatDay(repricing.effectiveOn, locale) },
    { label: words.whom, value: words.whomText(totals.agreements, totals.customers) },
    ...(excluded > 0 ? [{ label: words.views.excluded, value: words.excludedCount(excluded) }] : []),
    ...(firstOn === null ? [] : [{ label: words.firstRenewal, value: formatDay(firstOn, locale) }]),
    ...(repricing.state === 'draft' ? [] : [{ label: words.state, value: words.progress(told, applied, dropped) }]),
  ]
  return (
    <Card>
      <KeyValue facts={facts} />
    </Card>
  )
}
