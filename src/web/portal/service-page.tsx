import { data, redirect } from 'react-router'
import { z } from 'zod'
import { findSellerEmail } from '#modules/billing/find-seller-email.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { mayCancel, mayChange } from '#modules/billing/require-changeable.ts'
import { listUpcomingPayments } from '#modules/billing/list-upcoming-payments.ts'
import { findFinalBackup } from '#modules/provisioning/backup-queries.ts'
import { listServiceActions } from '#modules/provisioning/list-service-actions.ts'
import { listServiceActivity } from '#modules/provisioning/list-service-activity.ts'
import { getServiceDetail } from '#modules/provisioning/provisioning-queries.ts'
import { readLiveStatus } from '#modules/provisioning/read-live-status.ts'
import { requestPowerAction } from '#modules/provisioning/request-power-action.ts'
import { POWER_ACTIONS } from '#modules/provisioning/service.ts'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { teamMessages } from '../messages/team.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { pathId, portalScope } from './scope.ts'
import { ServiceAccess } from './service-access.tsx'
import { ServiceActivityCard } from './service-activity.tsx'
import { ServiceFacts } from './service-facts.tsx'
import { ServiceLoad } from './service-load.tsx'
import { ServiceNotices } from './service-notices.tsx'
import { PowerButtons } from './service-power.tsx'
import { ServiceSetup } from './service-setup.tsx'
import {
  activityView,
  failedAction,
  nextPaymentView,
  serviceView,
  type StatusView,
  statusView,
  workView,
} from './service-view.ts'
import { isoOrNull } from './view.ts'
import { usePolling } from './use-polling.ts'
import type { Route } from './+types/service-page'

const ACTIVITY_ROWS = 6
const ALL_ACTIVITY_ROWS = 100
/** Load changes without an event. */
const POLL_MS = 15_000

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor, locale } = portalScope(context)
  const serviceId = pathId(params.serviceId, 'svc')
  const all = new URL(request.url).searchParams.get('activity') === 'all'
  const detail = await getServiceDetail(app, actor, serviceId)
  const { service, procedure } = detail
  const [status, actions, activity, [next], email, backup] = await Promise.all([
    service.state === 'active' || service.state === 'suspended' ? readLiveStatus(app, actor, serviceId) : undefined,
    listServiceActions(app, actor, { serviceId, limit: 1 }),
    listServiceActivity(app, actor, { serviceId, limit: all ? ALL_ACTIVITY_ROWS : ACTIVITY_ROWS }),
    mayDo(actor, 'invoice.read')
      ? listUpcomingPayments(app, actor, { limit: 1, subscriptionId: service.subscriptionId })
      : [],
    findSellerEmail(app),
    service.state === 'terminated' ? findFinalBackup(app, actor, serviceId) : undefined,
  ])
  const [latest] = actions.rows
  const renews = service.state !== 'failed' && service.state !== 'terminated'
  return {
    service: serviceView(detail, locale),
    status: status && statusView(status),
    work: workView(procedure, latest),
    failed: failedAction(procedure, latest, app.clock.now()),
    next: next && renews ? nextPaymentView(next) : undefined,
    activity: { rows: activity.rows.map(activityView), more: !all && activity.next !== undefined },
    email,
    backedUpUntil: backup?.state === 'kept' ? isoOrNull(backup.keptUntil) : null,
    subscription: {
      id: service.subscriptionId,
      read: mayDo(actor, 'invoice.read'),
      change: service.state === 'active' && mayChange(actor),
      cancel: renews && mayCancel(actor),
    },
    mayLend: service.state !== 'terminated' && mayDo(actor, 'service.lend'),
  }
}
export type ServiceData = Route.ComponentProps['loaderData']

const Input = z.object({ action: z.enum(POWER_ACTIONS) })

/** Asks for a power action. What comes of it is shown when the host tells, never before. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const serviceId = pathId(params.serviceId, 'svc')
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const asked = await tryForm(form, locale, () => requestPowerAction(app, actor, { serviceId, ...parsed.value }))
  return asked.ok ? redirect(paths.service(serviceId)) : data(asked, 409)
}

/** After a refusal, too, the page shows how things are: what else is under way is why it was refused. */
export const shouldRevalidate = (): boolean => true

export default function ServicePage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(portalServiceMessages)
  const { lend } = useMessages(teamMessages)
  const { service, status, work } = loaderData
  useLive()
  usePolling(service.state === 'active', POLL_MS)
  return (
    <ObjectPage
      title={service.hostname}
      state={<StateBadge {...headline(service.state, status, words.unknownPower)} />}
      id={service.id}
      back={{ to: paths.services(), label: words.back }}
      actions={
        <>
          {service.powerActions.length > 0 && <PowerButtons service={service} />}
          <Agreement of={loaderData.subscription} />
          {loaderData.mayLend && <LinkButton to={paths.lend(service.id)}>{lend.link}</LinkButton>}
        </>
      }
      notice={<ServiceNotices loaded={loaderData} refused={answer?.message} />}
      aside={<ServiceActivityCard activity={loaderData.activity} />}
    >
      {work?.building && <ServiceSetup work={work} />}
      <ServiceAccess service={service} />
      {status && <ServiceLoad status={status} />}
      <ServiceFacts service={service} next={loaderData.next} />
    </ObjectPage>
  )
}

/** The ways to what is agreed for the server: to change it and to end it. */
function Agreement({ of }: { of: ServiceData['subscription'] }) {
  const words = useMessages(subscriptionMessages)
  if (!of.read) return null
  return (
    <>
      {of.change && <LinkButton to={paths.subscriptionChange(of.id)}>{words.change}</LinkButton>}
      {of.cancel && <LinkButton to={paths.subscriptionCancel(of.id)}>{words.cancel}</LinkButton>}
    </>
  )
}

/** The host's own word while it speaks; unknown while it is silent; else the state of the service. */
function headline(state: ServiceData['service']['state'], status: StatusView | undefined, unknown: string) {
  if (state !== 'active' || !status) return { state }
  return status.live && status.power !== null ? { state: status.power } : { state: 'unknown', label: unknown }
}
