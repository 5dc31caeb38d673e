import { listEvents } from '#modules/accounts/list-events.ts'
import { catalogVersionMachine } from '#modules/catalog/catalog-version.ts'
import { PREVIEW_DAYS } from '#modules/catalog/preview-catalog.ts'
import { sellerZone } from '#modules/catalog/publish-version.ts'
import { getVersion } from '#modules/catalog/versions-queries.ts'
import { formatDate } from '#platform/i18n.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext, requestContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { KeyValue, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { AllLink, EventTimeline, Refusal, RowLink } from './parts.tsx'
import { actOnVersion } from './version-actions.ts'
import { AffectedCard, Differences, PlanCard, PreviewLink, VersionActions } from './version-parts.tsx'
import { wordsOfDifferences } from './version-view.ts'
import { eventView, iso, isoOrNull } from './view.ts'
import type { Route } from './+types/version-page'

export async function loader({ params: { versionId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const [detail, zone, events] = await Promise.all([
    getVersion(app, actor, versionId),
    sellerZone(app.db),
    may('event.read') ? listEvents(app, actor, { limit: 15, subjectId: versionId }) : { rows: [] },
  ])
  const { version, faults } = detail
  const opens = (verb: 'publish' | 'plan' | 'unplan' | 'discard'): boolean => can(catalogVersionMachine, version, verb)
  const isDraft = opens('discard')
  const today = app.clock.now().toZonedDateTimeISO(zone).toPlainDate()
  return {
    version: {
      id: version.id,
      productId: version.productId,
      number: version.number,
      state: version.state,
      revision: version.revision,
      failure: version.failure,
      publishAt: isoOrNull(version.publishAt),
      publishedAt: isoOrNull(version.publishedAt),
      createdAt: iso(version.createdAt),
      restores: version.restores,
    },
    name: version.document.name[locale],
    isOpen: version.publishedAt === null,
    zone,
    previewDays: PREVIEW_DAYS,
    earliest: today.add({ days: 1 }).toString(),
    origin: context.get(requestContext).origin,
    faults,
    affected: detail.affected,
    differences: wordsOfDifferences(detail, locale),
    mayReprice: may('catalog.reprice'),
    may: {
      edit: isDraft && may('catalog.edit'),
      discard: isDraft && may('catalog.edit'),
      preview: opens('publish'),
      publish: opens('publish') && faults.length === 0 && may('catalog.publish'),
      plan: opens('plan') && faults.length === 0 && may('catalog.publish'),
      cancelPlan: opens('unplan') && may('catalog.publish'),
      rollBack: version.state === 'superseded' && may('catalog.publish'),
    },
    events: events.rows.map(eventView),
  }
}

export async function action({ request, params: { versionId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  return actOnVersion({ app, actor, locale: context.get(localeContext) }, versionId, await request.formData())
}

export type VersionData = Route.ComponentProps['loaderData']

export default function VersionPage({ loaderData, actionData }: Route.ComponentProps) {
  const { version, name, isOpen, affected, differences, may, events } = loaderData
  const words = useMessages(staffVersionsMessages)
  const common = useMessages(staffMessages)
  const refused = actionData?.ok === false ? actionData : undefined
  return (
    <ObjectPage
      title={words.versionTitle(name, version.number)}
      id={version.id}
      state={<StateBadge state={version.state} label={words.states[version.state]} />}
      back={{ to: paths.staffProduct(version.productId), label: name }}
      actions={<VersionActions loaded={loaderData} />}
      notice={
        <Notices loaded={loaderData} preview={actionData?.ok ? actionData.preview : undefined} refused={refused} />
      }
      aside={
        <>
          <Facts version={version} />
          {may.plan && (
            <PlanCard
              revision={version.revision}
              zone={loaderData.zone}
              earliest={loaderData.earliest}
              state={refused && 'on' in refused.errors ? refused : undefined}
            />
          )}
          {events.length > 0 && (
            <Card
              title={common.timeline}
              actions={<AllLink to={paths.staffEvents({ subject: version.id })} label={common.allEvents} />}
            >
              <EventTimeline events={events} />
            </Card>
          )}
        </>
      }
    >
      {version.state !== 'discarded' && <Differences rows={differences} isOpen={isOpen} />}
      {affected.length > 0 && <AffectedCard rows={affected} mayReprice={loaderData.mayReprice} />}
    </ObjectPage>
  )
}

type Refused = Parameters<typeof Refusal>[0]['state']

/** What keeps it from being published, when it will be, and what an action said. */
function Notices({
  loaded: { version, faults, zone, origin, previewDays },
  preview,
  refused,
}: {
  loaded: VersionData
  preview: string | undefined
  refused: Refused
}) {
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  return (
    <div className="grid gap-3 empty:hidden">
      {refused && !('on' in refused.errors) && <Refusal state={refused} />}
      {preview !== undefined && <PreviewLink path={preview} origin={origin} days={previewDays} />}
      {version.failure !== null && (
        <Notice tone="bad" title={words.failed}>
          {version.failure}
        </Notice>
      )}
      {version.publishAt !== null && (
        <Notice tone="info">{words.plannedNotice(formatDate(version.publishAt, locale, zone, 'date'))}</Notice>
      )}
      {faults.length > 0 && (
        <Notice tone="warn" title={words.faults}>
          <ul className="grid gap-1">
            {faults.map(({ code, about }) => (
              <li key={code + about}>{words.faultWords[code](about)}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  )
}

function Facts({ version }: { version: VersionData['version'] }) {
  const words = useMessages(staffVersionsMessages)
  const facts = [
    { label: words.created, value: <Time at={version.createdAt} /> },
    ...(version.publishedAt === null ? [] : [{ label: words.published, value: <Time at={version.publishedAt} /> }]),
    ...(version.restores === null
      ? []
      : [
          {
            label: words.basedOn,
            value: <RowLink to={paths.staffVersion(version.restores)}>{words.rollBack}</RowLink>,
          },
        ]),
  ]
  return (
    <Card title={words.facts}>
      <KeyValue facts={facts} />
    </Card>
  )
}
