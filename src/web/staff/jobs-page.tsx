import { countQueuedJobs, listQueuedJobs } from '#modules/accounts/queued-jobs.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { Refusal, RetryButton, Subject } from './parts.tsx'
import { retry } from './retry.ts'
import { iso, isoOrNull } from './view.ts'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/jobs-page'

const VIEWS = ['waiting', 'dead', 'done'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const url = readListUrl(request)
  const view = url.one('view', VIEWS) ?? 'waiting'
  const search = url.text('q')
  const [{ rows, next }, counts] = await Promise.all([
    listQueuedJobs(app, actor, { ...url.page, view, search }),
    countQueuedJobs(app, actor),
  ])
  return {
    view,
    next,
    filtered: search !== undefined,
    mayRetry: may('job.retry'),
    waiting: counts
      .filter(({ queue }) => queue !== 'dead')
      .reduce((sum, { waiting, active }) => sum + waiting + active, 0),
    dead: counts.find(({ queue }) => queue === 'dead')?.waiting ?? 0,
    rows: rows.map(({ id, queue, job, state, tries, payload, error, createdAt, startAfter, completedAt }) => ({
      id,
      queue,
      job,
      state,
      tries,
      error,
      subjects: subjectsOf(payload),
      createdAt: iso(createdAt),
      startAfter: iso(startAfter),
      completedAt: isoOrNull(completedAt),
    })),
  }
}

/** Payloads carry ids; those of things with a page come first. */
const subjectsOf = (payload: unknown): string[] =>
  Object.values(typeof payload === 'object' && payload !== null ? payload : {})
    .filter(
      (value): value is string =>
        typeof value === 'string' && /^[a-z]{2,4}_\w+$/.test(value) && !value.startsWith('evt_'),
    )
    .slice(0, 2)

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  return retry(staffScope(context), form, context.get(localeContext), paths.staffJobs({ view: 'dead' }))
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function JobsPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { rows, next, filtered, view, mayRetry, waiting, dead } = loaderData
  const words = useMessages(staffServicesMessages).jobs
  const common = useMessages(staffMessages)
  useLive(view === 'waiting', BUSY_MS)
  const columns: Column<Row>[] = [
    { key: 'job', header: words.job, cell: (row) => <Code>{row.job}</Code> },
    // In the set-aside line a job waits for nobody but us.
    ...(view === 'dead'
      ? []
      : [{ key: 'state', header: common.state, cell: (row: Row) => <StateBadge state={row.state} /> }]),
    ...(view === 'dead'
      ? []
      : [{ key: 'queue', header: words.queue, phone: 'hide' as const, cell: (row: Row) => row.queue }]),
    {
      key: 'about',
      header: words.about,
      cell: (row) =>
        row.subjects.length > 0 && (
          <span className="inline-flex flex-wrap gap-x-3">
            {row.subjects.map((id) => (
              <Subject key={id} id={id} />
            ))}
          </span>
        ),
    },
    {
      key: 'error',
      header: words.error,
      grow: true,
      cell: (row) => row.error && <span title={row.error}>{row.error}</span>,
    },
    ...(view === 'dead'
      ? []
      : [{ key: 'tries', header: words.tries, align: 'right' as const, cell: (row: Row) => row.tries }]),
    {
      key: 'created',
      header: common.when,
      align: 'right',
      cell: (row) => <Time at={row.completedAt ?? row.createdAt} />,
    },
    ...(view === 'dead' && mayRetry
      ? [
          {
            key: 'retry',
            header: '',
            align: 'right' as const,
            cell: (row: Row) => <RetryButton what="job" id={row.id} />,
          },
        ]
      : []),
  ]
  const empty = {
    waiting: <EmptyState title={words.emptyWaiting} text={words.emptyWaitingText} />,
    dead: <EmptyState title={words.emptyDead} text={words.emptyDeadText} />,
    done: <EmptyState title={words.emptyDone} text={words.emptyDoneText} />,
  }[view]
  const count = { waiting, dead, done: undefined }
  return (
    <ListPage
      title={words.title}
      notice={answer && <Refusal state={answer} />}
      actions={
        <ViewTabs
          label={words.view}
          current={view}
          views={VIEWS.map((value) => ({
            value,
            label: words.views[value],
            to: paths.staffJobs({ view: value }),
            count: count[value],
          }))}
        />
      }
      filters={<Filters search={{ name: 'q', label: words.search }} keep={['view']} />}
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        next={next}
        filtered={filtered}
        empty={empty}
      />
    </ListPage>
  )
}
