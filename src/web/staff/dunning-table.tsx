import { staffMessages } from '../messages/staff.ts'
import { staffDunningMessages } from '../messages/staff-dunning.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { DocumentView } from './dunning-view.ts'
import { Day, RowLink } from './parts.tsx'
import { shortId } from './view.ts'

type Props = { rows: readonly DocumentView[]; next: string | undefined; filtered: boolean }

/** Who is at which step, and what comes next on which day. */
export function DunningTable({ rows, next, filtered }: Props) {
  const words = useMessages(staffDunningMessages)
  const common = useMessages(staffMessages)
  const invoices = useMessages(staffObjectsMessages).invoices
  const columns: Column<DocumentView>[] = [
    { key: 'document', header: words.document, cell: (row) => row.number ?? invoices.proFormaOf(shortId(row.id)) },
    {
      key: 'customer',
      header: common.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    { key: 'due', header: words.due, sort: 'due', cell: (row) => <Day at={row.dueOn} /> },
    {
      key: 'open',
      header: words.open,
      align: 'right',
      sort: 'amount',
      cell: (row) => <Money minor={row.openMinor} currency={row.currency} />,
    },
    {
      key: 'last',
      header: words.step,
      cell: (row) =>
        row.last ? (
          <span>
            {words.actions[row.last.action]}{' '}
            <span className="text-muted">
              (<Day at={row.last.on} />)
            </span>
          </span>
        ) : (
          <span className="text-muted">{words.none}</span>
        ),
    },
    {
      key: 'next',
      header: words.nextStep,
      sort: 'next',
      cell: (row) =>
        row.nextOn === null ? (
          <span className="text-muted">{words.nothingNext}</span>
        ) : (
          <span>
            <Day at={row.nextOn} />{' '}
            <span className="text-muted">{row.next.map((action) => words.actions[action]).join(', ')}</span>
            {row.heldUntil !== null && (
              <span className="block text-warn">
                {words.heldUntil} <Day at={row.heldUntil} />
              </span>
            )}
          </span>
        ),
    },
  ]
  return (
    <DataTable
      label={words.title}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      href={(row) => paths.staffInvoice(row.id)}
      defaultSort="next"
      next={next}
      filtered={filtered}
      empty={<EmptyState title={words.empty} text={words.emptyText} />}
    />
  )
}
