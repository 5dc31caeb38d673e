import { listServices } from '#modules/provisioning/provisioning-queries.ts'
import { serviceMachine } from '#modules/provisioning/service.ts'
import type { ServiceState } from '#platform/schema.ts'
import { portalMessages } from '../messages/portal.ts'
import { stateMessages } from '../messages/states.ts'
import { readListUrl } from '../staff/list-url.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { OrderButton } from './parts.tsx'
import { serviceRow } from './rows.ts'
import { portalScope } from './scope.ts'
import { ServicesTable } from './tables.tsx'
import type { Route } from './+types/services-page'

const STATES = Object.keys(serviceMachine.states) as ServiceState[]

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, locale } = portalScope(context)
  const url = readListUrl(request)
  const [search, state] = [url.text('q'), url.one('state', STATES)]
  const page = await listServices(app, actor, { ...url.page, search, state })
  return {
    rows: page.rows.map((service) => serviceRow(service, locale)),
    next: page.next,
    filtered: search !== undefined || state !== undefined,
    states: STATES,
  }
}

export default function ServicesPage({ loaderData: { rows, next, filtered, states } }: Route.ComponentProps) {
  const words = useMessages(portalMessages)
  const stateWords = useMessages(stateMessages)
  const isEmpty = rows.length === 0 && !filtered
  useLive()
  return (
    <ListPage
      title={words.services.title}
      filters={
        !isEmpty && (
          <Filters
            search={{ name: 'q', label: words.services.search }}
            selects={[
              {
                name: 'state',
                label: words.state,
                options: states.map((state) => ({ value: state, label: stateWords[state] })),
              },
            ]}
          />
        )
      }
    >
      <ServicesTable
        label={words.services.title}
        rows={rows}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.services.empty} text={words.services.emptyText} action={<OrderButton />} />}
      />
    </ListPage>
  )
}
