import { DataTable } from '../ui/data-table.tsx'
import { Filters } from '../ui/filters.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'

const STATES = ['paid', 'open', 'overdue', 'void'] as const
const ROWS = Array.from({ length: 8 }, (_, index) => ({
  id: `inv_01jd8m3k5x7qz9w2t4v6y8a0b${index}`,
  number: `2026-0004${index}`,
  customer: ['Ana Novak', 'Kovač & Söhne GmbH with a very long name that does not fit', 'Orbit d.o.o.'][index % 3]!,
  state: STATES[index % 4]!,
  totalMinor: BigInt(900 + index * 12_345),
  issuedAt: `2026-11-${String(22 - index * 2).padStart(2, '0')}T09:00:00Z`,
}))

/** A list as it looks with filters, order and pages. */
export function KitTable() {
  return (
    <div>
      <div className="mb-4">
        <Filters
          search={{ name: 'q', label: 'Number or customer' }}
          selects={[
            {
              name: 'state',
              label: 'State',
              options: [
                { value: 'paid', label: 'Paid' },
                { value: 'open', label: 'Open' },
              ],
            },
          ]}
        />
      </div>
      <DataTable
        label="Invoices"
        rows={ROWS}
        rowKey={(row) => row.id}
        href={(row) => `?open=${row.id}`}
        defaultSort="-issued"
        next="cursor"
        columns={[
          { key: 'number', header: 'Invoice', cell: (row) => <Code>{row.number}</Code> },
          { key: 'customer', header: 'Customer', cell: (row) => row.customer, grow: true },
          { key: 'state', header: 'State', cell: (row) => <StateBadge state={row.state} /> },
          { key: 'issued', header: 'Issued', cell: (row) => <Time at={row.issuedAt} />, sort: 'issued' },
          {
            key: 'total',
            header: 'Total',
            cell: (row) => <Money minor={row.totalMinor} currency="EUR" />,
            align: 'right',
            sort: 'total',
          },
        ]}
      />
    </div>
  )
}
