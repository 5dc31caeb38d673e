import type { ReactNode } from 'react'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import type { StatusView } from './service-view.ts'
import { formatMemory, formatShare, splitUptime } from './view.ts'

/** What the host says of a server right now; when it is silent, what was seen last and when. */
export function ServiceLoad({ status }: { status: StatusView }) {
  const words = useMessages(portalServiceMessages)
  if (!status.live)
    return (
      <Card title={words.power}>
        <p className="text-muted">{words.silent}</p>
        <p className="mt-2 flex flex-wrap items-center gap-2">
          {status.power !== null && status.seenAt !== null ? (
            <>
              <span>{words.lastSeen}</span>
              <StateBadge state={status.power} />
              <Time at={status.seenAt} className="text-muted" />
            </>
          ) : (
            words.neverSeen
          )}
        </p>
      </Card>
    )
  return (
    <Card title={words.power} actions={<StateBadge state={status.power ?? 'unknown'} />}>
      {status.load ? (
        <Load load={status.load} />
      ) : (
        <p className="text-muted">{status.power === 'paused' ? words.paused : words.off}</p>
      )}
    </Card>
  )
}

function Load({ load }: { load: NonNullable<StatusView['load']> }) {
  const words = useMessages(portalServiceMessages)
  const locale = useLocale()
  const share = load.memoryTotalMb > 0 ? load.memoryUsedMb / load.memoryTotalMb : 0
  return (
    <dl className="grid gap-x-8 gap-y-5 sm:grid-cols-3">
      <Meter label={words.cpu} value={formatShare(load.cpuLoad, locale)} share={load.cpuLoad} />
      <Meter
        label={words.memory}
        value={words.ofMemory(formatMemory(load.memoryUsedMb, locale), formatMemory(load.memoryTotalMb, locale))}
        share={share}
      />
      <Meter label={words.uptime} value={words.span(splitUptime(load.uptimeSeconds))} />
    </dl>
  )
}

function Meter({ label, value, share }: { label: string; value: ReactNode; share?: number }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="mt-0.5 tabular">
        {value}
        {share !== undefined && (
          <progress aria-label={label} className="mt-2 block bar" value={Math.min(1, share)} max={1} />
        )}
      </dd>
    </div>
  )
}
