import type { UpcomingPayment } from '#modules/billing/list-upcoming-payments.ts'
import type { ServiceAction } from '#modules/provisioning/list-service-actions.ts'
import type { ServiceActivity } from '#modules/provisioning/list-service-activity.ts'
import type { ProcedureProgress, StepProgress } from '#modules/provisioning/procedure-queries.ts'
import type { ServiceDetail } from '#modules/provisioning/provisioning-queries.ts'
import type { LiveStatus } from '#modules/provisioning/read-live-status.ts'
import type { Locale } from '#platform/i18n.ts'
import type { StepState } from '../ui/steps.tsx'
import { iso, isoOrNull } from './view.ts'

/** A server as its page shows it. */
export type ServiceView = ReturnType<typeof serviceView>

export function serviceView(
  { service, plan, region, image, addresses, suspensions, powerActions }: ServiceDetail,
  locale: Locale,
) {
  const { id, hostname, state, cores, memoryMb, diskGb, failure } = service
  const live = state === 'active' || state === 'suspended'
  const [first] = addresses
  return {
    id,
    hostname,
    state,
    failure,
    cores,
    memoryMb,
    diskGb,
    plan: plan.name[locale],
    trafficTb: plan.trafficTb,
    region: region.name[locale],
    system: image.name,
    // Before it answers, an address is only set aside for it.
    addresses: live ? addresses.map(({ address, prefix, gateway }) => ({ address, prefix, gateway })) : [],
    ssh:
      live && first ? { command: `ssh ${image.loginUser}@${first.address}`, key: service.sshKey !== null } : undefined,
    reasons: suspensions.map(({ reason }) => reason),
    powerActions,
    createdAt: iso(service.createdAt),
    terminatedAt: isoOrNull(service.terminatedAt),
  }
}

/** How the machine stands. Without `power` nobody has seen it yet. */
export type StatusView = ReturnType<typeof statusView>

export const statusView = ({ live, power, seenAt, load }: LiveStatus) => ({
  live,
  power,
  seenAt: isoOrNull(seenAt),
  load,
})

export type NextPaymentView = ReturnType<typeof nextPaymentView>

export const nextPaymentView = ({
  amountMinor,
  currency,
  intervalUnit,
  intervalCount,
  on,
  coupons,
}: UpcomingPayment) => ({
  amountMinor,
  currency,
  intervalUnit,
  intervalCount,
  coupons,
  on: iso(on),
})

const MARKS: Record<StepProgress['state'], StepState> = {
  planned: 'waiting',
  running: 'running',
  waiting: 'running',
  done: 'done',
  failed: 'failed',
  undoing: 'running',
  undone: 'undone',
}

export type WorkView = NonNullable<ReturnType<typeof workView>>

/** What works on a server now, step by step; undefined while nothing does. */
export function workView(procedure: ProcedureProgress | undefined, latest: ServiceAction | undefined) {
  if (!procedure?.live) return undefined
  const { id, name, steps } = procedure
  const current =
    steps.find((step) => MARKS[step.state] === 'running') ??
    steps.find((step) => step.state === 'planned') ??
    steps.at(-1)
  return {
    id,
    name,
    building: name === 'provisioning.create-vps',
    action: latest?.id === id ? latest.action : undefined,
    state:
      procedure.state === 'compensating'
        ? ('undoing' as const)
        : procedure.state === 'stuck'
          ? ('stuck' as const)
          : ('running' as const),
    step: current?.name,
    note: current?.note ?? undefined,
    steps: steps.map((step) => ({ name: step.name, state: MARKS[step.state], note: step.note ?? undefined })),
  }
}

/** For how long a failed action is told on top of the page. */
const TOLD_HOURS = 1

/** The power action that was asked for last, if it has just failed. */
export function failedAction(
  procedure: ProcedureProgress | undefined,
  latest: ServiceAction | undefined,
  now: Temporal.Instant,
): ServiceAction['action'] | undefined {
  if (!procedure || !latest || procedure.id !== latest.id || procedure.state !== 'compensated') return undefined
  const { finishedAt } = procedure
  if (!finishedAt || Temporal.Instant.compare(finishedAt.add({ hours: TOLD_HOURS }), now) < 0) return undefined
  return latest.action
}

export type ActivityView = ReturnType<typeof activityView>

export const activityView = ({ at, ...activity }: ServiceActivity) => ({ ...activity, at: iso(at) })
