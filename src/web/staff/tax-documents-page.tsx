import { Link } from 'react-router'
import { listTaxDocuments } from '#modules/billing/reports/tax-report.ts'
import { formatDate, formatPercent } from '#platform/i18n.ts'
import { reportsMessages } from '../messages/reports.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { readListUrl } from './list-url.ts'
import { Day, RowLink } from './parts.tsx'
import { ReportExports } from './report-frame.tsx'
import { readReportUrl } from './report-url.ts'
import { reportScope } from './reports-read.ts'
import { readTaxUrl } from './tax-view.ts'
import { countryName } from './view.ts'
import type { Route } from './+types/tax-documents-page'

/** The documents behind figures of the tax report. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const url = readListUrl(request)
  const scope = await reportScope(context, url)
  const filter = readTaxUrl(url, readReportUrl(url, 'tax', scope.today))
  const { rows, next } = await listTaxDocuments(scope.app, scope.actor, { ...filter, ...url.page })
  return {
    next,
    from: filter.range.from.toString(),
    until: filter.range.until.toString(),
    may: { invoice: scope.may('invoice.read'), customer: scope.may('customer.read') },
    // The day that counts is the seller's.
    rows: rows.map(({ issuedAt, ...row }) => ({
      ...row,
      issuedOn: issuedAt.toZonedDateTimeISO(scope.timeZone).toPlainDate().toString(),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function TaxDocumentsPage({ loaderData: { rows, next, from, until, may } }: Route.ComponentProps) {
  const words = useMessages(reportsMessages)
  const locale = useLocale()
  const day = (text: string): string => formatDate(`${text}T00:00:00Z`, locale)
  const columns: Column<Row>[] = [
    { key: 'kind', header: words.kind, cell: (row) => words.kinds[row.kind] },
    { key: 'number', header: words.number, cell: (row) => <span className="tabular">{row.number}</span> },
    {
      key: 'customer',
      header: words.customer,
      grow: true,
      cell: (row) =>
        may.customer ? (
          <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>
        ) : (
          row.customerName
        ),
    },
    {
      key: 'country',
      header: words.country,
      cell: (row) => (row.country === null ? words.noCountry : countryName(row.country, locale)),
    },
    { key: 'rate', header: words.rate, align: 'right', cell: (row) => formatPercent(row.rateBasisPoints, locale) },
    {
      key: 'net',
      header: words.net,
      align: 'right',
      cell: (row) => <Money minor={row.netMinor} currency={row.currency} />,
    },
    {
      key: 'tax',
      header: words.tax,
      align: 'right',
      cell: (row) => <Money minor={row.taxMinor} currency={row.currency} />,
    },
    {
      key: 'issued',
      header: words.issued,
      align: 'right',
      cell: (row) => <Day at={row.issuedOn} />,
    },
  ]
  return (
    <ListPage
      title={words.names.documents}
      text={`${day(from)} – ${day(until)}`}
      back={{ to: paths.staffReport('tax'), label: words.names.tax }}
      actions={<ReportExports report="tax" documents />}
    >
      <DataTable
        label={words.names.documents}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.id} ${row.rateBasisPoints}`}
        href={(row) => (may.invoice ? paths.staffInvoice(row.invoiceId) : undefined)}
        next={next}
        empty={
          <EmptyState
            title={words.empty}
            text={words.emptyText}
            action={
              <Link to={paths.staffReport('tax')} className="link">
                {words.names.tax}
              </Link>
            }
          />
        }
      />
    </ListPage>
  )
}
