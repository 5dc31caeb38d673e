import { listServices } from '#modules/provisioning/provisioning-queries.ts'
import { serviceMachine } from '#modules/provisioning/service.ts'
import type { ServiceState } from '#platform/schema.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { CustomerScope, RowLink } from './parts.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/services-page'

/** Those that could not be given yet what was agreed; the state itself is another matter. */
const UNCHANGED = 'unchanged'
const BACKUP_FAILED = 'backup_failed'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const locale = context.get(localeContext)
  const states = Object.keys(serviceMachine.states) as ServiceState[]
  const view = url.one('state', [...states, UNCHANGED, BACKUP_FAILED])
  const filter = {
    search: url.text('q'),
    state: view === UNCHANGED || view === BACKUP_FAILED ? undefined : view,
    changeFailed: view === UNCHANGED,
    backupFailed: view === BACKUP_FAILED,
  }
  const oldestFirst = url.one('sort', ['created', '-created']) === 'created'
  const customer = await scopedCustomer(scope, url)
  const { rows, next } = await listServices(scope.app, scope.actor, {
    ...url.page,
    ...filter,
    oldestFirst,
    customerId: customer?.id,
  })
  return {
    states,
    customer,
    next,
    filtered: Boolean(filter.search ?? view ?? customer),
    rows: rows.map(
      ({ id, hostname, state, power, customerId, customerName, planName, regionName, addresses, node, createdAt }) => ({
        id,
        hostname,
        state,
        power,
        customerId,
        customerName,
        node,
        plan: planName[locale],
        region: regionName[locale],
        address: addresses[0],
        createdAt: iso(createdAt),
      }),
    ),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function ServicesPage({ loaderData: { rows, next, filtered, states, customer } }: Route.ComponentProps) {
  const words = useMessages(staffServicesMessages).services
  const common = useMessages(staffMessages)
  const stateWords = useMessages(stateMessages)
  const columns: Column<Row>[] = [
    { key: 'hostname', header: words.hostname, cell: (row) => row.hostname },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: 'power',
      header: words.power,
      phone: 'hide',
      cell: (row) => row.power && <StateBadge state={row.power} label={stateWords[row.power]} />,
    },
    {
      key: 'customer',
      header: common.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    { key: 'plan', header: words.plan, phone: 'hide', cell: (row) => row.plan },
    { key: 'region', header: words.region, phone: 'hide', cell: (row) => row.region },
    { key: 'address', header: words.address, cell: (row) => row.address && <Code>{row.address}</Code> },
    { key: 'node', header: words.node, phone: 'hide', cell: (row) => row.node && <Code>{row.node}</Code> },
    {
      key: 'created',
      header: common.created,
      sort: 'created',
      align: 'right',
      cell: (row) => <Time at={row.createdAt} />,
    },
  ]
  return (
    <ListPage
      title={words.title}
      notice={customer && <CustomerScope customer={customer} all={paths.staffServices()} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.search }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: [
                ...states.map((state) => ({ value: state as string, label: stateWords[state] })),
                { value: UNCHANGED, label: words.unchanged },
                { value: BACKUP_FAILED, label: words.backup.failedShort },
              ],
            },
          ]}
          keep={['customer']}
        />
      }
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffService(row.id)}
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}
