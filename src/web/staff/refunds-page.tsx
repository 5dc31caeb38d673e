import { data } from 'react-router'
import { z } from 'zod'
import { decideRefund, REFUND_CHOICES } from '#modules/billing/decide-refund.ts'
import { listRefunds } from '#modules/billing/money-queries.ts'
import type { RefundState } from '#platform/schema.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { CustomerScope, Refusal } from './parts.tsx'
import { RefundItem } from './refund-item.tsx'
import { refundView } from './refund-row.tsx'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/refunds-page'

const VIEWS = ['open', 'needs_person', 'all'] as const
const STATES: Record<(typeof VIEWS)[number], readonly RefundState[] | undefined> = {
  open: ['pending', 'needs_person'],
  needs_person: ['needs_person'],
  all: undefined,
}

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const view = url.one('state', VIEWS) ?? 'open'
  const customer = await scopedCustomer(scope, url)
  const filter = { ...url.page, states: STATES[view], customerId: customer?.id }
  const { rows, next } = await listRefunds(scope.app, scope.actor, filter)
  return {
    view,
    customer,
    next,
    mayDecide: scope.may('payment.refund'),
    rows: rows.map((row) => ({ ...refundView(row), customerId: row.customerId, customerName: row.customerName })),
  }
}

const Input = z.object({ id: z.string().regex(/^ref_[0-9a-z]{26}$/), choice: z.enum(REFUND_CHOICES) })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { id: refundId, choice } = parsed.value
  const decided = await tryForm(form, locale, () => decideRefund(app, actor, { refundId, choice }))
  return decided.ok ? redirectWithFlash(paths.staffRefunds(), 'actionQueued') : data<FormState>(decided, 409)
}

export type RefundItemView = Route.ComponentProps['loaderData']['rows'][number]

export default function RefundsPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { view, rows, next, customer, mayDecide } = loaderData
  const words = useMessages(staffMoneyMessages)
  useLive(true, BUSY_MS)
  return (
    <ListPage
      title={words.refunds.title}
      actions={<MoneyTabs current="refunds" />}
      notice={
        <>
          {answer?.ok === false && <Refusal state={answer} />}
          {customer && <CustomerScope customer={customer} all={paths.staffRefunds()} />}
        </>
      }
      filters={
        <ViewTabs
          label={words.view}
          current={view}
          views={VIEWS.map((each) => ({
            value: each,
            label: words.refunds.views[each],
            to: paths.staffRefunds({ state: each, customer: customer?.id }),
          }))}
        />
      }
    >
      {rows.length === 0 ? (
        <EmptyState title={words.refunds.empty} text={words.refunds.emptyText} />
      ) : (
        <ul aria-label={words.refunds.title} className="rounded-card border border-line bg-surface">
          {rows.map((row) => (
            <RefundItem key={row.id} row={row} mayDecide={mayDecide} />
          ))}
        </ul>
      )}
      <Pagination next={next} />
    </ListPage>
  )
}
