import { Suspense } from 'react'
import { Await } from 'react-router'
import { formatNumber } from '#platform/i18n.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import type { ServiceData } from './service-page.tsx'
import { formatMemory } from './view.ts'

type Live = Awaited<ServiceData['live']>
type Service = ServiceData['service']

/** What we promised beside what the host says right now. Until it answers, what was last seen stands there. */
export function WantedAndReal({ loaded: { service, live } }: { loaded: ServiceData }) {
  const words = useMessages(staffServicesMessages).services
  const seen: Live = { live: false, power: service.power, seenAt: service.powerSeenAt, load: undefined }
  return (
    <Card title={words.wanted} text={words.wantedText}>
      <dl className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <div>
          <dt className="text-sm text-muted">{words.wantedState}</dt>
          <dd className="mt-1">{wantedText(service, words)}</dd>
        </div>
        <div className="min-h-11">
          <dt className="text-sm text-muted">{words.liveState}</dt>
          <dd className="mt-1">
            <Suspense fallback={<Said status={seen} service={service} />}>
              <Await resolve={live}>{(status) => <Said status={status} service={service} />}</Await>
            </Suspense>
          </dd>
        </div>
      </dl>
    </Card>
  )
}

type Words = (typeof staffServicesMessages)['en']['services']

function wantedText({ state }: Service, words: Words): string {
  const texts: Record<Service['state'], string> = {
    pending: words.wantBuilding,
    provisioning: words.wantBuilding,
    active: words.wantRunning,
    suspended: words.wantStopped,
    failed: words.wantNone,
    terminated: words.wantNothing,
  }
  return texts[state]
}

function Said({ status, service }: { status: Live; service: Service }) {
  const words = useMessages(staffServicesMessages).services
  const locale = useLocale()
  const { load } = status
  if (service.vmId === null) return <p className="text-muted">{words.noMachine}</p>
  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap items-center gap-x-2">
        <StateBadge state={status.power ?? 'unknown'} />
        {!status.live && (
          <span className="text-sm text-muted">
            {status.seenAt ? (
              <>
                {words.lastSeen} <Time at={status.seenAt} />
              </>
            ) : (
              words.neverSeen
            )}
          </span>
        )}
        {load && <span className="text-sm text-muted">{words.upFor(uptimeText(load.uptimeSeconds, words))}</span>}
      </p>
      {load && (
        <p className="text-sm text-muted tabular">
          {words.cpu} {formatNumber(Math.round(load.cpuLoad * 100), locale)} % · {words.memory}{' '}
          {words.ofMemory(
            formatMemory(Math.round(load.memoryUsedMb), locale),
            formatMemory(load.memoryTotalMb, locale),
          )}
        </p>
      )}
      {status.live && differs(service, status) && <p className="text-sm text-warn">{words.differs}</p>}
    </div>
  )
}

/** A suspended machine must not run; an active one is the customer's to switch. */
const differs = ({ state }: Service, { power }: Live): boolean =>
  (state === 'suspended' && power === 'running') || (state === 'active' && power === null)

function uptimeText(seconds: number, words: Words): string {
  const minutes = Math.floor(seconds / 60)
  return words.uptime(Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60)
}
