import { data } from 'react-router'
import { z } from 'zod'
import { clearCspReport } from '#modules/accounts/clear-csp-report.ts'
import { listCspReports } from '#modules/accounts/list-csp-reports.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { cspReportsMessages } from '../messages/csp-reports.ts'
import { paths } from '../paths.ts'
import { ConfirmButton } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { parseForm } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { LogTabs } from './log-tabs.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/csp-reports-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const url = readListUrl(request)
  const search = url.text('q')
  const { rows, next } = await listCspReports(app, actor, { ...url.page, search })
  return {
    next,
    filtered: search !== undefined,
    reportOnly: app.config.cspMode === 'report-only',
    rows: rows.map(({ firstSeen, lastSeen, count, ...row }) => ({
      ...row,
      count: Number(count),
      firstSeen: iso(firstSeen),
      lastSeen: iso(lastSeen),
    })),
  }
}

const Clear = z.object({ report: z.string().regex(/^csp_[0-9a-z]{26}$/) })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const parsed = parseForm(Clear, await request.formData(), context.get(localeContext))
  if (!parsed.ok) return data(parsed, 422)
  try {
    await clearCspReport(app, actor, { reportId: parsed.value.report })
  } catch (error) {
    // It is not there any more: what was asked for is so.
    if (!isProblem(error) || error.code !== 'csp_report_not_found') throw error
  }
  return redirectWithFlash(paths.staffCspReports(), 'reportCleared')
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function CspReportsPage({ loaderData: { rows, next, filtered, reportOnly } }: Route.ComponentProps) {
  const words = useMessages(cspReportsMessages)
  const columns: Column<Row>[] = [
    { key: 'blocked', header: words.blocked, cell: (row) => <Code>{row.blocked}</Code> },
    { key: 'directive', header: words.directive, cell: (row) => <Code>{row.directive}</Code> },
    { key: 'page', header: words.page, grow: true, cell: (row) => <span className="break-all">{row.page}</span> },
    { key: 'count', header: words.count, align: 'right', cell: (row) => row.count },
    { key: 'first', header: words.first, align: 'right', cell: (row) => <Time at={row.firstSeen} /> },
    { key: 'last', header: words.last, align: 'right', cell: (row) => <Time at={row.lastSeen} /> },
    {
      key: 'clear',
      header: '',
      align: 'right',
      cell: (row) => (
        <ConfirmButton
          label={words.clear}
          size="small"
          title={words.clearTitle}
          confirm={words.clear}
          fields={{ report: row.id }}
        >
          <p>{words.clearText}</p>
        </ConfirmButton>
      ),
    },
  ]
  return (
    <ListPage
      title={words.title}
      text={words.text}
      notice={
        <div className="grid gap-4">
          <LogTabs current="reports" />
          {reportOnly && <Notice tone="warn">{words.reportOnly}</Notice>}
        </div>
      }
      filters={<Filters search={{ name: 'q', label: words.search }} />}
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}
