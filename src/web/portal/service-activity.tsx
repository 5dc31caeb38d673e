import { Link } from 'react-router'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { type Tone, toneOf } from '../ui/state-badge.tsx'
import { Timeline } from '../ui/timeline.tsx'
import type { ServiceData } from './service-page.tsx'
import type { ActivityView } from './service-view.ts'

type Words = (typeof portalServiceMessages)['en']

/** What happened to a server, the newest first. */
export function ServiceActivityCard({ activity }: { activity: ServiceData['activity'] }) {
  const words = useMessages(portalServiceMessages)
  return (
    <Card title={words.activity}>
      <Timeline
        label={words.activity}
        items={activity.rows.map((row) => ({
          id: row.id,
          at: row.at,
          title: (
            <>
              {titleOf(row, words)}
              {row.by !== 'system' && <span className="text-muted"> {words.by[row.by]}</span>}
            </>
          ),
          tone: tone(row),
        }))}
      />
      {activity.more && (
        <Link to="?activity=all" preventScrollReset className="mt-4 inline-flex min-h-6 items-center text-md link">
          {words.all}
        </Link>
      )}
    </Card>
  )
}

function titleOf({ name, before, action, power }: ActivityView, words: Words): string {
  switch (name) {
    case 'service.action_requested':
      return action ? words.askedTold[action] : name
    case 'service.action_failed':
      return action ? words.failedTold[action] : name
    case 'service.power_changed':
      return power ? words.powerTold[power] : name
    case 'service.active':
      return before === 'suspended' ? words.resumed : words.told[name]
    case 'service.provisioning':
      return before === 'failed' ? words.retried : words.told[name]
    case 'service.pending':
    case 'service.failed':
    case 'service.change_failed':
    case 'service.changed':
    case 'service.suspended':
    case 'service.terminated':
      return words.told[name]
  }
}

function tone({ name, power }: ActivityView): Tone {
  if (name === 'service.action_failed' || name === 'service.change_failed') return 'bad'
  if (name === 'service.changed') return 'ok'
  if (name === 'service.action_requested' || name === 'service.pending') return 'plain'
  return toneOf(power ?? name.slice('service.'.length))
}
