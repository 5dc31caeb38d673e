import { ArrowRight, RotateCcw } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { Link } from 'react-router'
import { formatDate } from '#platform/i18n.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffEventsMessages } from '../messages/staff-events.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ActionForm } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { type Tone, toneOf } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { subjectPath } from './subject-path.ts'
import type { Change, EventView } from './view.ts'

/** A link inside a row that is a link itself: it stays on top. */
export const RowLink = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link to={to} className="relative link">
    {children}
  </Link>
)

/** "See all", on the right of a card's heading. */
export const AllLink = ({ to, label }: { to: string; label?: string }) => {
  const words = useMessages(staffMessages)
  return (
    <Link to={to} className="inline-flex min-h-6 items-center gap-1 text-sm text-brand-ink hover:underline">
      {label ?? words.all}
      <ArrowRight aria-hidden="true" className="size-3.5" />
    </Link>
  )
}

/** What an id names, as a link where it has a page. */
export function Subject({ id, label }: { id: string; label?: string | null | undefined }) {
  const to = subjectPath(id)
  const text = label ?? <Code>{id}</Code>
  return to === undefined ? <span>{text}</span> : <RowLink to={to}>{text}</RowLink>
}

/** Who did it: a user's or colleague's name, a part of the system, a stranger. */
export function Who({ event }: { event: Pick<EventView, 'actorKind' | 'actorId' | 'actorName'> }) {
  const words = useMessages(staffMessages)
  if (event.actorKind === 'anonymous') return <span className="text-muted">{words.stranger}</span>
  if (event.actorKind === 'system') return <span className="text-muted">{`${words.system}: ${event.actorId}`}</span>
  return <span>{event.actorName ?? event.actorId}</span>
}

/** What changed: each field as it was, struck through, and as it is. */
export function Difference({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return null
  return (
    <span className="inline-flex max-w-full flex-wrap gap-x-3">
      {changes.map(({ field, before, after }) => (
        <span key={field} className="min-w-0 overflow-hidden break-words text-ellipsis">
          <span className="text-muted">{field}: </span>
          {before !== undefined && <del className="text-muted decoration-line-strong">{before}</del>}
          {before !== undefined && after !== undefined && <span aria-hidden="true"> → </span>}
          {after !== undefined && <ins className="no-underline">{after}</ins>}
        </span>
      ))}
    </span>
  )
}

const DOTS: Record<Tone, string> = {
  ok: 'bg-ok',
  warn: 'bg-warn',
  bad: 'bg-bad',
  info: 'bg-info',
  plain: 'bg-line-strong',
}

/** Events of one thing, the newest first. */
export function EventTimeline({ events }: { events: readonly EventView[] }) {
  const words = useMessages(staffMessages)
  const names = useMessages(staffEventsMessages).names
  if (events.length === 0) return <p className="text-table text-muted">{words.none}</p>
  return (
    <ol aria-label={words.timeline} className="text-table">
      {events.map((event, index) => (
        <li key={event.id} className="relative flex gap-3 pb-2.5 last:pb-0">
          {index < events.length - 1 && (
            <span aria-hidden="true" className="absolute top-4 -bottom-1 left-[3.5px] w-px bg-line" />
          )}
          <span
            aria-hidden="true"
            className={cx(
              'relative mt-[0.4em] size-2 shrink-0 rounded-full',
              DOTS[toneOf(event.name.split('.')[1] ?? '')],
            )}
          />
          <div className="min-w-0 flex-1">
            <p className="break-words">{names[event.name] ?? event.name}</p>
            <p className="text-xs text-muted">
              <Time at={event.at} /> · <Who event={event} />
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}

/** What an action refused, on top of the page it was asked on. */
export function Refusal({ state }: { state: FormState | undefined }) {
  const words = useMessages(staffMessages)
  if (!state) return null
  return (
    <Notice tone="bad" title={words.notDone} live>
      {state.message ?? Object.values(state.errors).join(' ')}
    </Notice>
  )
}

/** Asks for something that failed to be tried again: harmless, so it does not ask twice. */
export function RetryButton({
  what,
  id,
  label,
}: {
  what: 'service' | 'procedure' | 'job'
  id: string
  label?: string
}) {
  const words = useMessages(staffMessages)
  const formId = useId()
  return (
    <ActionForm id={formId} className="relative inline-grid" summary={false}>
      <input type="hidden" name="do" value="retry" />
      <input type="hidden" name="what" value={what} />
      <SubmitButton size="small" variant="secondary" name="id" value={id}>
        <RotateCcw aria-hidden="true" />
        {label ?? words.retry}
      </SubmitButton>
    </ActionForm>
  )
}

/** That a list shows one customer's rows only, with the way out. */
export function CustomerScope({ customer, all }: { customer: { id: string; name: string } | undefined; all: string }) {
  const words = useMessages(staffMessages)
  if (!customer) return null
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="rounded-full bg-brand-tint px-2.5 py-0.5 font-medium text-brand-ink">
        <Link to={paths.staffCustomer(customer.id)} className="hover:underline">
          {words.oneCustomer(customer.name)}
        </Link>
      </span>
      <Link to={all} className="link">
        {words.showAll}
      </Link>
    </p>
  )
}

/** A calendar day that belongs to no time zone, given as `2026-11-23`. */
export function Day({ at }: { at: string }) {
  const locale = useLocale()
  return (
    <time dateTime={at} className="whitespace-nowrap tabular">
      {formatDate(`${at}T00:00:00Z`, locale, 'UTC', 'date')}
    </time>
  )
}
