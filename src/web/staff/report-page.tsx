import { Link } from 'react-router'
import { listReportCurrencies } from '#modules/billing/reports/read-report.ts'
import { formatDate } from '#platform/i18n.ts'
import { reportsMessages } from '../messages/reports.ts'
import { paths } from '../paths.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { readListUrl } from './list-url.ts'
import { ReportExports, ReportFilters, ReportTabs } from './report-frame.tsx'
import { ReportSectionView } from './report-section.tsx'
import { filterView, readReportUrl } from './report-url.ts'
import { readReportView, reportNamed, reportScope } from './reports-read.ts'
import type { Route } from './+types/report-page'

export async function loader({ request, context, params }: Route.LoaderArgs) {
  const report = reportNamed(params.report)
  const url = readListUrl(request)
  const scope = await reportScope(context, url)
  const filter = readReportUrl(url, report, scope.today)
  const [view, currencies] = await Promise.all([
    readReportView(scope, report, filter),
    listReportCurrencies(scope.app, scope.actor),
  ])
  return {
    report,
    ...view,
    currencies,
    filter: filterView(filter, scope.on),
    today: scope.today.toString(),
    drills: scope.may('invoice.read'),
  }
}

export type ReportFilterView = Route.ComponentProps['loaderData']['filter']

export default function ReportPage({ loaderData }: Route.ComponentProps) {
  const { report, columns, sections, filter, currencies, today, drills } = loaderData
  const words = useMessages(reportsMessages)
  const locale = useLocale()
  const day = (text: string): string => formatDate(`${text}T00:00:00Z`, locale)
  const compared = filter.compare && (report === 'revenue' || report === 'tax' || report === 'products')
  return (
    <ListPage
      title={words.names[report]}
      notice={<ReportTabs current={report} />}
      actions={<ReportExports report={report} />}
      filters={<ReportFilters report={report} filter={filter} currencies={currencies} today={today} />}
    >
      {compared && (
        <p className="mb-4 text-sm text-muted">
          {words.comparedWith(day(filter.before.from), day(filter.before.until))}
        </p>
      )}
      <div className="grid gap-8">
        {sections.length === 0 && <NoFigures report={report} />}
        {sections.map((section) => (
          <ReportSectionView
            key={section.currency}
            name={words.names[report]}
            columns={columns}
            section={section}
            titled={sections.length > 1}
            drills={drills || report === 'tax'}
          />
        ))}
      </div>
      <p className="mt-6 max-w-text text-sm text-muted">{words.notes[report]}</p>
    </ListPage>
  )
}

function NoFigures({ report }: { report: Route.ComponentProps['loaderData']['report'] }) {
  const words = useMessages(reportsMessages)
  const debts = report === 'ageing'
  return (
    <div className="rounded-card border border-line bg-surface">
      <EmptyState
        title={debts ? words.emptyDebts : words.empty}
        text={debts ? words.emptyDebtsText : words.emptyText}
        action={
          debts ? undefined : (
            <Link to={paths.staffReport(report, { range: 'last_12_months' })} className="link">
              {words.presets.last_12_months}
            </Link>
          )
        }
      />
    </div>
  )
}
