import { data } from 'react-router'
import { z } from 'zod'
import {
  GATEWAY_STATUSES,
  GATEWAY_VIEWS,
  type GatewaySubscriptionRow,
  listGatewaySubscriptions,
} from '#modules/billing/adoption/adoption-queries.ts'
import { moveSubscriptions } from '#modules/billing/adoption/move-subscriptions.ts'
import { localeContext } from '../context.ts'
import { adoptionMessages } from '../messages/adoption.ts'
import { staffMessages } from '../messages/staff.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { Every } from '../portal/subscription-parts.tsx'
import { SubmitButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ActionForm } from '../ui/form.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { useAnswer, useLive } from '../ui/live.ts'
import { Notice } from '../ui/notice.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge, type Tone } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { Refusal, RowLink } from './parts.tsx'
import { ViewTabs } from './view-tabs.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/adoption-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const url = readListUrl(request)
  const view = url.one('view', GATEWAY_VIEWS) ?? 'new'
  const [search, status] = [url.text('q'), url.one('state', GATEWAY_STATUSES)]
  const oldestFirst = url.one('sort', ['created', '-created']) === 'created'
  const page = await listGatewaySubscriptions(app, actor, { ...url.page, view, search, status, oldestFirst })
  return {
    view,
    rows: page.rows.map(rowView),
    next: page.next,
    filtered: Boolean(search ?? status),
    mayMove: may('customer.update'),
  }
}

const rowView = ({ periodEnd, createdAt, ...row }: GatewaySubscriptionRow) => ({
  ...row,
  periodEnd: periodEnd && iso(periodEnd),
  createdAt: iso(createdAt),
})
type Row = ReturnType<typeof rowView>

const Input = z.object({ subscription: z.array(z.string().regex(/^sub_[0-9a-z]{26}$/)).max(200) })

/** Moves the selected ones over; those that cannot be moved stay. */
export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const done = await tryForm(form, locale, () =>
    moveSubscriptions(app, actor, { subscriptionIds: parsed.value.subscription }),
  )
  return done.ok ? { ok: true as const, asked: done.value.asked.length, left: done.value.left } : data(done, 409)
}

export default function AdoptionPage({ loaderData, actionData }: Route.ComponentProps) {
  const { view, rows, next, filtered, mayMove } = loaderData
  const answer = useAnswer(actionData)
  const words = useMessages(adoptionMessages)
  const subscriptions = useMessages(subscriptionMessages)
  const movable = mayMove && view === 'adopted' && rows.some((row) => row.movable)
  useLive()
  return (
    <ListPage
      title={words.title}
      text={words.text}
      back={{ to: paths.staffSubscriptions(), label: subscriptions.title }}
      actions={
        <ViewTabs
          label={words.title}
          current={view}
          views={(['new', 'adopted', 'moved'] as const).map((value) => ({
            value,
            label: words.views[value],
            to: paths.staffAdoption(value === 'new' ? {} : { view: value }),
          }))}
        />
      }
      notice={
        answer?.ok === true ? (
          <Notice tone={answer.left === 0 ? 'ok' : 'warn'} title={words.movedSome(answer.asked, answer.left)} live>
            {answer.left > 0 && words.movedSomeText}
          </Notice>
        ) : (
          answer && <Refusal state={answer} />
        )
      }
      filters={
        <Filters
          search={{ name: 'q', label: words.search }}
          selects={[
            {
              name: 'state',
              label: words.state,
              options: Object.entries(words.statuses).map(([value, label]) => ({ value, label })),
            },
          ]}
          keep={['view']}
        />
      }
    >
      <DataTable
        label={words.title}
        columns={useColumns(movable)}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) =>
          row.subscriptionId === null ? paths.staffAdopt(row.id) : paths.staffSubscription(row.subscriptionId)
        }
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty[view]} text={words.emptyText[view]} />}
      />
      {movable && (
        <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
          <ActionForm id="move" summary={false} className="inline-grid">
            <SubmitButton>{words.moveSelected}</SubmitButton>
          </ActionForm>
          <span className="text-sm text-muted">{words.moveHint}</span>
        </div>
      )}
    </ListPage>
  )
}

function useColumns(movable: boolean): Column<Row>[] {
  const words = useMessages(adoptionMessages)
  const common = useMessages(staffMessages)
  return [
    { key: 'whom', header: words.whom, cell: (row) => row.name ?? row.email ?? row.gatewayCustomerId },
    { key: 'state', header: common.state, cell: (row) => <Standing row={row} /> },
    {
      key: 'ours',
      header: words.ours,
      grow: true,
      cell: (row) =>
        row.customerId === null ? (
          <span className="text-muted">{words.nobody}</span>
        ) : (
          <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName ?? row.customerId}</RowLink>
        ),
    },
    {
      key: 'price',
      header: words.price,
      align: 'right',
      cell: (row) => (
        <span>
          <Money minor={row.amountMinor} currency={row.currency} />{' '}
          {row.items === 1 && row.intervalUnit ? (
            <Every of={{ intervalUnit: row.intervalUnit, intervalCount: row.intervalCount ?? 1 }} />
          ) : (
            <span className="text-muted">{words.items(row.items)}</span>
          )}
        </span>
      ),
    },
    {
      key: 'until',
      header: words.until,
      align: 'right',
      phone: 'hide',
      cell: (row) => (row.periodEnd ? <Time at={row.periodEnd} format="date" /> : '–'),
    },
    {
      key: 'created',
      header: words.created,
      sort: 'created',
      align: 'right',
      phone: 'hide',
      cell: (row) => <Time at={row.createdAt} format="date" />,
    },
    ...(movable
      ? [
          {
            key: 'move',
            header: words.select,
            cell: (row: Row) =>
              row.movable && (
                // Above the link that takes the clicks of the row.
                <input
                  type="checkbox"
                  form="move"
                  name="subscription"
                  value={row.subscriptionId ?? ''}
                  aria-label={words.selectOne(row.name ?? row.email ?? row.id)}
                  className="tick relative z-10"
                />
              ),
          },
        ]
      : []),
  ]
}

const TONES: Record<string, Tone> = { active: 'ok', trialing: 'info', past_due: 'bad', unpaid: 'bad', paused: 'warn' }

function Standing({ row }: { row: Row }) {
  const words = useMessages(adoptionMessages)
  if (row.wish) return <Badge tone="info">{words.asked[row.wish]}</Badge>
  if (row.ending && row.status !== 'canceled') return <Badge tone="warn">{words.ending}</Badge>
  return <Badge tone={TONES[row.status] ?? 'plain'}>{words.statuses[row.status] ?? row.status}</Badge>
}
