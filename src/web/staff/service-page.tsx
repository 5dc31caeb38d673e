import { listEvents } from '#modules/accounts/list-events.ts'
import { getSubscription } from '#modules/billing/billing-queries.ts'
import { findFinalBackup, getPromisedBackupDays } from '#modules/provisioning/backup-queries.ts'
import { listProcedures } from '#modules/provisioning/procedure-queries.ts'
import { getServiceDetail } from '#modules/provisioning/provisioning-queries.ts'
import { readLiveStatus } from '#modules/provisioning/read-live-status.ts'
import { serviceMachine } from '#modules/provisioning/service.ts'
import { SUSPENSION_REASONS } from '#modules/provisioning/suspension.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { staffScope, type StaffScope } from './access.ts'
import { AllLink, EventTimeline } from './parts.tsx'
import { progressView } from './progress.tsx'
import { retry } from './retry.ts'
import { actOnService } from './service-actions.ts'
import { backupView, ServiceBackup } from './service-backup.tsx'
import { ServiceControls } from './service-controls.tsx'
import { ServiceDanger } from './service-danger.tsx'
import { Addresses, ServiceFacts } from './service-facts.tsx'
import { isTroubled, ServiceHistory, ServiceTrouble } from './service-history.tsx'
import { WantedAndReal } from './service-live.tsx'
import { eventView, iso, isoOrNull } from './view.ts'
import type { Route } from './+types/service-page'

export async function loader({ params: { serviceId }, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor, may } = scope
  const locale = context.get(localeContext)
  const detail = await getServiceDetail(app, actor, serviceId)
  const { service, plan, region, image, customer, addresses, suspensions, procedure } = detail
  const [subscription, runs, events, backup, backupDays] = await Promise.all([
    getSubscription(app, actor, service.subscriptionId),
    may('procedure.read') ? listProcedures(app, actor, { limit: 8, subjectId: serviceId }) : undefined,
    listEvents(app, actor, { limit: 20, subjectId: serviceId }),
    findFinalBackup(app, actor, serviceId),
    getPromisedBackupDays(app),
  ])
  const { id, hostname, state, power, node, vmId, cores, memoryMb, diskGb, sshKey, failure } = service
  return {
    service: {
      id,
      hostname,
      state,
      power,
      node,
      vmId,
      cores,
      memoryMb,
      diskGb,
      sshKey,
      failure,
      changeFailedAt: isoOrNull(service.changeFailedAt),
      powerSeenAt: isoOrNull(service.powerSeenAt),
      activatedAt: isoOrNull(service.activatedAt),
      terminatedAt: isoOrNull(service.terminatedAt),
      createdAt: iso(service.createdAt),
    },
    plan: plan.name[locale],
    region: region.name[locale],
    image: image.name,
    customer,
    addresses: addresses.map(({ address, prefix, gateway, family }) => ({ address, prefix, gateway, family })),
    suspensions: suspensions.map(({ id: suspensionId, reason, note, createdAt }) => ({
      id: suspensionId,
      reason,
      note,
      createdAt: iso(createdAt),
    })),
    subscription: {
      id: subscription.id,
      state: subscription.state,
      paidUntil: subscription.intervalUnit === 'once' ? null : subscription.currentPeriodEnd.toString(),
    },
    progress: procedure && progressView(procedure),
    runs: runs?.rows.map(({ id: runId, name, state: runState, createdAt, finishedAt }) => ({
      id: runId,
      name,
      state: runState,
      createdAt: iso(createdAt),
      finishedAt: isoOrNull(finishedAt),
    })),
    events: events.rows.map(eventView),
    backup: backup && backupView(backup, app.clock.now()),
    backupDays,
    offers: offersOf(scope, detail),
    live: liveView(readLiveStatus(app, actor, serviceId)),
  }
}

/** What this role may do to the service as it stands: what is not possible now is not offered. */
function offersOf(
  { may }: StaffScope,
  { service, suspensions, procedure, powerActions }: Awaited<ReturnType<typeof getServiceDetail>>,
) {
  const idle = procedure?.live !== true
  const held = new Set(suspensions.map(({ reason }) => reason))
  const isSuspended = can(serviceMachine, service, 'resume')
  const maySuspend = may('service.suspend') && idle && (isSuspended || can(serviceMachine, service, 'suspend'))
  return {
    power: may('service.operate') ? powerActions : [],
    suspendFor: maySuspend ? SUSPENSION_REASONS.filter((reason) => !held.has(reason)) : [],
    isSuspended,
    resume: may('service.resume') && idle && isSuspended,
    terminate: may('service.terminate') && idle && can(serviceMachine, service, 'terminate'),
    retry: may('procedure.retry') && idle && can(serviceMachine, service, 'retry'),
    retryChange: may('procedure.retry') && idle && service.changeFailedAt !== null,
    retryProcedure: may('procedure.retry'),
    keepBackup: may('service.terminate'),
  }
}

const liveView = async (reading: ReturnType<typeof readLiveStatus>) => {
  const { live, power, seenAt, load } = await reading
  return { live, power, load, seenAt: isoOrNull(seenAt) }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const scope = staffScope(context)
  const form = await request.formData()
  const locale = context.get(localeContext)
  if (form.get('do') === 'retry') return retry(scope, form, locale, paths.staffService(params.serviceId))
  return actOnService(scope, params.serviceId, form, locale)
}

export type ServiceData = Route.ComponentProps['loaderData']
export type ServiceAnswer = Route.ComponentProps['actionData']

export default function ServicePage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { service, suspensions, events } = loaderData
  const words = useMessages(staffServicesMessages).services
  const common = useMessages(staffMessages)
  useLive()
  return (
    <ObjectPage
      title={service.hostname}
      id={service.id}
      state={<StateBadge state={service.state} />}
      back={{ to: paths.staffServices(), label: words.title }}
      text={
        suspensions.length > 0 &&
        `${words.suspendedFor}: ${suspensions.map(({ reason }) => words.reasons[reason]).join(', ')}`
      }
      actions={<ServiceControls loaded={loaderData} />}
      notice={isTroubled(loaderData, answer) && <ServiceTrouble loaded={loaderData} answer={answer} />}
      aside={
        <>
          <ServiceFacts loaded={loaderData} />
          <Card
            title={common.timeline}
            actions={<AllLink to={paths.staffEvents({ subject: service.id })} label={common.allEvents} />}
          >
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      <WantedAndReal loaded={loaderData} />
      <Addresses addresses={loaderData.addresses} />
      <ServiceHistory loaded={loaderData} />
      <ServiceBackup loaded={loaderData} answer={answer} />
      <ServiceDanger loaded={loaderData} answer={answer} />
    </ObjectPage>
  )
}
