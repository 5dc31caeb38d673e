import { Form, Link, useSearchParams } from 'react-router'
import { listEvents } from '#modules/accounts/list-events.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffEventsMessages } from '../messages/staff-events.ts'
import { kitMessages } from '../messages/kit.ts'
import { paths } from '../paths.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readEventFilter } from './event-filter.ts'
import { readListUrl } from './list-url.ts'
import { LogTabs } from './log-tabs.tsx'
import { CustomerScope, Difference, Subject, Who } from './parts.tsx'
import { type EventView, eventView } from './view.ts'
import type { Route } from './+types/events-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const customer = await scopedCustomer(scope, url)
  const filter = readEventFilter(url, customer?.id)
  const { rows, next } = await listEvents(scope.app, scope.actor, { ...url.page, ...filter })
  return {
    customer,
    next,
    filtered: Object.values(filter).some((each) => each !== undefined),
    rows: rows.map(eventView),
  }
}

export default function EventsPage({ loaderData: { rows, next, filtered, customer } }: Route.ComponentProps) {
  const words = useMessages(staffEventsMessages)
  const common = useMessages(staffMessages)
  const columns: Column<EventView>[] = [
    {
      key: 'name',
      header: words.what,
      cell: (row) => <span title={row.name}>{words.names[row.name] ?? <Code>{row.name}</Code>}</span>,
    },
    { key: 'subject', header: words.subject, cell: (row) => <Subject id={row.subjectId} /> },
    { key: 'change', header: words.change, grow: true, cell: (row) => <EventChanges event={row} /> },
    { key: 'who', header: words.who, cell: (row) => <Who event={row} /> },
    { key: 'at', header: common.when, align: 'right', cell: (row) => <Time at={row.at} format="dateTime" /> },
  ]
  return (
    <ListPage
      title={words.title}
      notice={
        <div className="grid gap-4">
          <LogTabs current="events" />
          {customer && <CustomerScope customer={customer} all={paths.staffEvents()} />}
        </div>
      }
      actions={<Exports />}
      filters={<EventFilters />}
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

/** One line of the difference; the whole of it opens beneath, also without scripts. */
function EventChanges({ event }: { event: EventView }) {
  const words = useMessages(staffEventsMessages)
  const [first, ...rest] = event.changes
  if (!first) return <span className="text-muted">{words.nothing}</span>
  if (rest.length === 0 && (first.after ?? first.before ?? '').length < 60) return <Difference changes={[first]} />
  return (
    <details className="group min-w-0">
      <summary className="flex list-none items-baseline gap-2 rounded-sm max-md:justify-end max-md:group-open:justify-start">
        <span className="min-w-0 group-open:hidden">
          <Difference changes={[{ ...first, before: first.before?.slice(0, 40), after: first.after?.slice(0, 40) }]} />
        </span>
        {rest.length > 0 && (
          <span className="shrink-0 text-brand-ink underline decoration-dotted underline-offset-2 group-open:hidden">
            {words.more(rest.length)}
          </span>
        )}
        <span className="hidden text-brand-ink group-open:inline">{event.name}</span>
      </summary>
      <div className="grid gap-0.5 pt-1 pb-1 text-left whitespace-normal">
        {event.changes.map((change) => (
          <Difference key={change.field} changes={[change]} />
        ))}
        {event.address && (
          <span className="text-muted">
            {words.from}: <Code>{event.address}</Code>
          </span>
        )}
        {event.requestId && (
          <span className="text-muted">
            {words.request}: <Code>{event.requestId}</Code>
          </span>
        )}
      </div>
    </details>
  )
}

/** By what it was about, which event it was and who did it. */
function EventFilters() {
  const words = useMessages(staffEventsMessages)
  const kit = useMessages(kitMessages)
  const [search] = useSearchParams()
  const fields = [
    ['subject', words.filterSubject, undefined],
    ['name', words.filterName, 'event-names'],
    ['actor', words.filterActor, undefined],
    ['address', words.filterAddress, undefined],
  ] as const
  const days = [
    ['from', words.filterFrom],
    ['until', words.filterUntil],
  ] as const
  const names = [...fields, ...days].map(([name]) => name)
  return (
    <Form
      role="search"
      aria-label={kit.filters.label}
      key={String(search)}
      className="flex flex-wrap items-center gap-2"
    >
      {search.has('customer') && <input type="hidden" name="customer" value={search.get('customer') ?? ''} />}
      {fields.map(([name, label, list]) => (
        <label key={name} className="min-w-0 grow basis-full sm:max-w-xs sm:basis-44">
          <span className="sr-only">{label}</span>
          <input
            type="search"
            name={name}
            list={list}
            placeholder={label}
            defaultValue={search.get(name) ?? ''}
            maxLength={100}
            autoComplete="off"
            className="control"
          />
        </label>
      ))}
      {days.map(([name, label]) => (
        <label key={name} className="flex min-w-0 items-center gap-2 max-sm:flex-1">
          <span className="text-sm text-muted max-sm:sr-only">{label}</span>
          <input
            type="date"
            name={name}
            defaultValue={search.get(name) ?? ''}
            className="control w-auto max-sm:w-full"
          />
        </label>
      ))}
      <datalist id="event-names">
        {Object.entries(words.names).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </datalist>
      <Button type="submit">{words.apply}</Button>
      {names.some((name) => search.get(name)) && (
        <Link to={paths.staffEvents()} className="px-2 text-sm link">
          {kit.table.clear}
        </Link>
      )}
    </Form>
  )
}

/** The log as it is filtered, as a file. */
function Exports() {
  const words = useMessages(staffEventsMessages)
  const [search] = useSearchParams()
  return (
    <>
      <LinkButton to={paths.staffEventsExport('csv', search)} size="small" document download>
        {words.exportCsv}
      </LinkButton>
      <LinkButton to={paths.staffEventsExport('ndjson', search)} size="small" document download>
        {words.exportNdjson}
      </LinkButton>
    </>
  )
}
