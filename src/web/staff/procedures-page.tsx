import { listProcedures } from '#modules/provisioning/procedure-queries.ts'
import { procedureMachine } from '#modules/provisioning/procedure-run.ts'
import type { ProcedureState } from '#platform/schema.ts'
import { proceduresMessages } from '../messages/procedures.ts'
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
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { CustomerScope, RowLink, Subject } from './parts.tsx'
import { Span } from './span.tsx'
import { iso, isoOrNull } from './view.ts'
import type { Route } from './+types/procedures-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const states = Object.keys(procedureMachine.states) as ProcedureState[]
  const filter = { subjectId: url.text('subject'), state: url.one('state', states) }
  const oldestFirst = url.one('sort', ['created', '-created']) === 'created'
  const customer = await scopedCustomer(scope, url)
  const { rows, next } = await listProcedures(scope.app, scope.actor, {
    ...url.page,
    ...filter,
    oldestFirst,
    customerId: customer?.id,
  })
  return {
    states,
    customer,
    next,
    filtered: Boolean(filter.subjectId ?? filter.state ?? customer),
    rows: rows.map(
      ({ id, name, state, subjectId, hostname, customerId, customerName, error, createdAt, finishedAt }) => ({
        id,
        name,
        state,
        subjectId,
        hostname,
        customerId,
        customerName,
        error,
        createdAt: iso(createdAt),
        finishedAt: isoOrNull(finishedAt),
      }),
    ),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function ProceduresPage({
  loaderData: { rows, next, filtered, states, customer },
}: Route.ComponentProps) {
  const words = useMessages(staffServicesMessages).procedures
  const names = useMessages(proceduresMessages).names
  const common = useMessages(staffMessages)
  const stateWords = useMessages(stateMessages)
  const columns: Column<Row>[] = [
    { key: 'name', header: common.procedure, cell: (row) => names[row.name] ?? row.name },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: 'subject', header: words.subject, cell: (row) => <Subject id={row.subjectId} label={row.hostname} /> },
    {
      key: 'customer',
      header: common.customer,
      phone: 'hide',
      cell: (row) =>
        row.customerId && (
          <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName ?? row.customerId}</RowLink>
        ),
    },
    {
      key: 'error',
      header: words.error,
      grow: true,
      cell: (row) => row.error && <span title={row.error}>{row.error}</span>,
    },
    {
      key: 'took',
      header: words.took,
      align: 'right',
      phone: 'hide',
      cell: (row) => row.finishedAt && <Span from={row.createdAt} to={row.finishedAt} />,
    },
    {
      key: 'created',
      header: words.began,
      sort: 'created',
      align: 'right',
      cell: (row) => <Time at={row.createdAt} />,
    },
  ]
  return (
    <ListPage
      title={words.title}
      notice={customer && <CustomerScope customer={customer} all={paths.staffProcedures()} />}
      filters={
        <Filters
          search={{ name: 'subject', label: `${words.subject} (${common.id})` }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: states.map((state) => ({ value: state, label: stateWords[state] })),
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
        href={(row) => paths.staffProcedure(row.id)}
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}
