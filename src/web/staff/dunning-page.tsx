import { data } from 'react-router'
import { z } from 'zod'
import { DUNNING_ACTIONS, DUNNING_SORTS, DUNNING_STATES } from '#modules/billing/dunning-actions.ts'
import { listDunning } from '#modules/billing/dunning-queries.ts'
import { getDunningLag, listDunningNights } from '#modules/billing/dunning-nights.ts'
import { getPromisedBackupDays } from '#modules/provisioning/backup-queries.ts'
import { approveTerminations, listWaitingTerminations } from '#modules/provisioning/approve-terminations.ts'
import { listOpenCurrencies } from '#modules/billing/list-open-currencies.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffDunningMessages } from '../messages/staff-dunning.ts'
import { paths } from '../paths.ts'
import { Filters } from '../ui/filters.tsx'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { DunningNights } from './dunning-nights.tsx'
import { DunningNotices } from './dunning-notices.tsx'
import { DunningTable } from './dunning-table.tsx'
import { documentView, nightView, waitingView } from './dunning-view.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { Refusal } from './parts.tsx'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/dunning-page'

const VIEWS = ['documents', 'nights'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const url = readListUrl(request)
  const view = url.one('view', VIEWS) ?? 'documents'
  const [currencies, lag, waiting, backupDays] = await Promise.all([
    listOpenCurrencies(app, actor),
    getDunningLag(app, actor),
    listWaitingTerminations(app, actor),
    getPromisedBackupDays(app),
  ])
  const filter = {
    search: url.text('q'),
    step: url.one('step', DUNNING_ACTIONS),
    state: url.one('state', DUNNING_STATES),
    currency: url.one('currency', currencies),
  }
  const common = {
    view,
    currencies,
    lag: { ...lag, since: lag.since?.toString() ?? null },
    waiting: waiting.map(waitingView),
    backupDays,
    mayApprove: may('service.terminate'),
    filtered: Object.values(filter).some((value) => value !== undefined),
  }
  if (view === 'nights')
    return { ...common, rows: [], next: undefined, nights: (await listDunningNights(app, actor)).map(nightView) }
  const { rows, next } = await listDunning(app, actor, { ...url.page, ...filter, sort: url.one('sort', DUNNING_SORTS) })
  return { ...common, rows: rows.map(documentView), next, nights: [] }
}

const Approve = z.object({ service: z.array(z.string().regex(/^svc_[0-9a-z]{26}$/)).max(100) })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Approve, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const done = await tryForm(form, locale, () => approveTerminations(app, actor, { serviceIds: parsed.value.service }))
  if (!done.ok) return data<FormState>(done, 409)
  return redirectWithFlash(paths.staffDunning(), done.value.asked > 0 ? 'approvalAsked' : 'actionQueued')
}

export default function DunningPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { view, rows, next, nights, currencies, filtered, lag, waiting, mayApprove, backupDays } = loaderData
  const words = useMessages(staffDunningMessages)
  useLive(true, BUSY_MS)
  return (
    <ListPage
      title={words.title}
      actions={<MoneyTabs current="dunning" />}
      notice={
        <div className="grid gap-3 empty:hidden">
          {answer?.ok === false && <Refusal state={answer} />}
          <DunningNotices lag={lag} waiting={waiting} mayApprove={mayApprove} backupDays={backupDays} />
        </div>
      }
      filters={
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <ViewTabs
            label={words.view}
            current={view}
            views={VIEWS.map((each) => ({
              value: each,
              label: words.views[each],
              to: paths.staffDunning(each === 'documents' ? {} : { view: each }),
            }))}
          />
          {view === 'documents' && (
            <Filters
              search={{ name: 'q', label: words.search }}
              selects={[
                {
                  name: 'state',
                  label: words.state,
                  options: DUNNING_STATES.map((value) => ({ value, label: words.states[value] ?? value })),
                },
                {
                  name: 'step',
                  label: words.step,
                  options: DUNNING_ACTIONS.map((value) => ({ value, label: words.actions[value] ?? value })),
                },
                ...(currencies.length > 1
                  ? [
                      {
                        name: 'currency',
                        label: words.currency,
                        options: currencies.map((value) => ({ value, label: value })),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </div>
      }
    >
      {view === 'nights' ? (
        <DunningNights nights={nights} />
      ) : (
        <DunningTable rows={rows} next={next} filtered={filtered} />
      )}
    </ListPage>
  )
}
