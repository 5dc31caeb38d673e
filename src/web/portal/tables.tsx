import type { ReactNode } from 'react'
import { portalMessages } from '../messages/portal.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import { InvoiceTitle } from './invoice-title.tsx'
import type { InvoiceRow, ServiceRow } from './rows.ts'
import { shortId } from './view.ts'

type Paged = { next?: string | undefined; filtered?: boolean; empty?: ReactNode; label: string }

/** Servers, each leading to its page; a short one, for boards, leaves the particulars out. */
export function ServicesTable({
  rows,
  short = false,
  ...rest
}: Paged & { rows: readonly ServiceRow[]; short?: boolean }) {
  const words = useMessages(portalMessages)
  const columns: Column<ServiceRow>[] = [
    { key: 'name', header: words.services.name, grow: true, cell: (row) => row.hostname },
    { key: 'state', header: words.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: 'address', header: words.services.address, cell: (row) => <Addresses row={row} /> },
    { key: 'plan', header: words.services.plan, cell: (row) => row.plan },
    { key: 'region', header: words.services.region, cell: (row) => row.region },
    { key: 'system', header: words.services.system, cell: (row) => row.system, phone: 'hide' },
  ]
  return (
    <DataTable
      {...rest}
      columns={short ? columns.filter((column) => column.key !== 'system') : columns}
      rows={rows}
      rowKey={(row) => row.id}
      href={(row) => paths.service(row.id)}
    />
  )
}

function Addresses({ row }: { row: ServiceRow }) {
  const words = useMessages(portalMessages).services
  if (row.address === undefined) return <span className="text-muted">{words.noAddress}</span>
  return (
    <span>
      <Code>{row.address}</Code>
      {row.moreAddresses > 0 && <span className="ml-1.5 text-muted tabular">+{row.moreAddresses}</span>}
    </span>
  )
}

/** Invoices, each leading to its page. */
/** With `form`, the id of a form, those that ask to be paid can be chosen for it. */
export function InvoicesTable({
  rows,
  form,
  ...rest
}: Paged & { rows: readonly InvoiceRow[]; form?: string | undefined }) {
  const words = useMessages(portalMessages)
  const money = useMessages(portalMoneyMessages).pay
  const columns: Column<InvoiceRow>[] = [
    { key: 'number', header: words.invoices.number, grow: true, cell: (row) => <InvoiceTitle invoice={row} /> },
    { key: 'state', header: words.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: 'issued', header: words.invoices.issued, cell: (row) => <Time at={row.issuedAt} format="date" /> },
    {
      key: 'total',
      header: words.invoices.total,
      cell: (row) => <Money minor={row.totalMinor} currency={row.currency} />,
      align: 'right',
    },
    {
      key: 'pay',
      header: money.select,
      cell: (row) =>
        row.payable && (
          // Above the link that takes the clicks of the row.
          <input
            type="checkbox"
            form={form}
            name="invoice"
            value={row.id}
            aria-label={money.selectOne(row.number ?? words.invoices.proForma(shortId(row.id)))}
            className="tick relative z-10"
          />
        ),
    },
  ]
  return (
    <DataTable
      {...rest}
      columns={form === undefined ? columns.slice(0, -1) : columns}
      rows={rows}
      rowKey={(row) => row.id}
      href={(row) => paths.invoice(row.id)}
    />
  )
}
