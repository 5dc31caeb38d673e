import { History } from 'lucide-react'
import { getGrantReport } from '#modules/accounts/members-queries.ts'
import { staffEventsMessages } from '../messages/staff-events.ts'
import { teamMessages } from '../messages/team.ts'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { KeyValue, Time } from '../ui/values.tsx'
import { pathId, portalScope } from './scope.ts'
import { listActions } from './team-grants.tsx'
import { iso, isoOrNull } from './view.ts'
import type { Route } from './+types/grant-page'

const ROWS = 30

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const after = new URL(request.url).searchParams.get('after') ?? undefined
  const { grant, acts } = await getGrantReport(app, actor, pathId(params.grantId, 'grt'), { limit: ROWS, after })
  const { createdAt, expiresAt, revokedAt, ...rest } = grant
  const end = revokedAt ?? expiresAt
  return {
    grant: {
      ...rest,
      since: iso(createdAt),
      endsAt: isoOrNull(end),
      live: end === null || Temporal.Instant.compare(app.clock.now(), end) < 0,
    },
    acts: acts.rows.map((act) => ({ ...act, at: iso(act.at) })),
    next: acts.next,
  }
}

/** What somebody did with a server that was lent to them. */
export default function GrantPage({ loaderData: { grant, acts, next } }: Route.ComponentProps) {
  const { grant: words, grants, actions } = useMessages(teamMessages)
  const { names } = useMessages(staffEventsMessages)
  const power: Record<string, string> = useMessages(portalServiceMessages).actions
  return (
    <ObjectPage
      title={words.title(grant.hostname)}
      state={<Badge tone={grant.live ? 'info' : 'plain'}>{grant.live ? words.live : words.over}</Badge>}
      id={grant.id}
      back={{ to: paths.team(), label: words.back }}
      aside={
        <Card>
          <KeyValue
            facts={[
              { label: words.to, value: `${grant.name} (${grant.email})` },
              { label: words.may, value: listActions(grant.actions, actions) },
              { label: words.since, value: <Time at={grant.since} format="dateTime" /> },
              {
                label: words.until,
                value: grant.endsAt ? <Time at={grant.endsAt} format="dateTime" /> : grants.untilRevoked,
              },
            ]}
          />
        </Card>
      }
    >
      <Card title={words.acts} flush>
        {acts.length === 0 ? (
          <EmptyState icon={History} title={words.none} text={words.noneText} />
        ) : (
          <ol>
            {acts.map((act) => (
              <li
                key={act.id}
                className="flex flex-wrap justify-between gap-x-4 border-b border-line px-5 py-3 last:border-b-0"
              >
                <span>
                  {names[act.name] ?? act.name}
                  {act.action !== null && <span className="text-muted">: {power[act.action] ?? act.action}</span>}
                </span>
                <Time at={act.at} format="dateTime" className="text-muted" />
              </li>
            ))}
          </ol>
        )}
      </Card>
      <Pagination next={next} />
    </ObjectPage>
  )
}
