import { data } from 'react-router'
import { z } from 'zod'
import { approvedActs } from '#app/approvals.ts'
import { changeApprovals } from '#modules/accounts/change-approvals.ts'
import { approve, refuseApproval, withdrawApproval } from '#modules/accounts/decide-approval.ts'
import { listApprovals, listGuardedActs } from '#modules/accounts/list-approvals.ts'
import { GUARDED_ACTS } from '#modules/accounts/settings.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { approvalsMessages } from '../messages/approvals.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { ListPage } from '../ui/page.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { ApprovalRow } from './approval-row.tsx'
import { readListUrl } from './list-url.ts'
import { Refusal } from './parts.tsx'
import { TeamTabs, teamTabsFor } from './team-tabs.tsx'
import { iso } from './view.ts'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/approvals-page'

const VIEWS = ['pending', 'over'] as const
/** What the act was asked with, as far as people read it. */
const Shown = z.object({
  reason: z.string().optional(),
  role: z.string().optional(),
  lifted: z.array(z.string()).optional(),
  amountMinor: z.coerce.bigint().optional(),
  currency: z.string().optional(),
})

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor, may } = scope
  const url = readListUrl(request)
  const view = url.one('view', VIEWS) ?? 'pending'
  const [{ rows, next }, guarded] = await Promise.all([
    listApprovals(app, actor, { ...url.page, view }),
    listGuardedActs(app),
  ])
  return {
    tabs: teamTabsFor(scope),
    view,
    next,
    setting: may('staff.manage') ? { acts: GUARDED_ACTS, guarded } : null,
    rows: rows.map((row) => ({
      id: row.id,
      act: row.act,
      state: row.state,
      subjectId: row.subjectId.split(':')[0]!,
      askedByName: row.askedByName,
      decidedByName: row.decidedByName,
      own: row.own,
      mayDecide: view === 'pending' && !row.own && may('approval.decide'),
      shown: Shown.parse(row.input),
      at: iso(row.createdAt),
      updatedAt: iso(row.updatedAt),
      expiresAt: iso(row.expiresAt),
    })),
  }
}

const Input = z.object({
  do: z.enum(['approve', 'refuse', 'withdraw', 'setting']),
  id: z
    .string()
    .regex(/^apr_[0-9a-z]{26}$/)
    .optional(),
  acts: z.array(z.enum(GUARDED_ACTS)).optional(),
})

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { id: approvalId = '', acts = [], ...asked } = parsed.value
  const back = paths.staffApprovals()
  try {
    switch (asked.do) {
      case 'approve':
        await approve(app, actor, { approvalId }, approvedActs)
        return redirectWithFlash(back, 'approvalDone')
      case 'refuse':
        await refuseApproval(app, actor, { approvalId })
        return redirectWithFlash(back, 'approvalRefused')
      case 'withdraw':
        await withdrawApproval(app, actor, { approvalId })
        return redirectWithFlash(back, 'approvalWithdrawn')
      case 'setting': {
        const outcome = await changeApprovals(app, actor, { acts })
        return redirectWithFlash(back, outcome.approvalId ? 'approvalAsked' : 'saved')
      }
    }
  } catch (error) {
    if (!isProblem(error) || error.code === 'permission_denied') throw error
    const state = { ...refusedForm(error, form, locale), message: problemText(error, locale) }
    return data<FormState>(state, formStatus(error))
  }
}

export type ApprovalView = Route.ComponentProps['loaderData']['rows'][number]

export default function ApprovalsPage({ loaderData, actionData }: Route.ComponentProps) {
  const { rows, next, tabs, view, setting } = loaderData
  const words = useMessages(approvalsMessages)
  const empty =
    view === 'pending'
      ? { title: words.emptyPending, text: words.emptyPendingText }
      : { title: words.emptyOver, text: words.emptyOverText }
  return (
    <ListPage
      title={words.title}
      actions={<TeamTabs tabs={tabs} current="approvals" />}
      notice={actionData && <Refusal state={actionData} />}
      filters={
        <div className="w-fit">
          <ViewTabs
            label={words.view}
            current={view}
            views={VIEWS.map((value) => ({
              value,
              label: words.views[value],
              to: paths.staffApprovals({ view: value }),
            }))}
          />
        </div>
      }
    >
      <div className="grid gap-5">
        <div className="rounded-card border border-line bg-surface">
          {rows.length === 0 ? (
            <EmptyState {...empty} />
          ) : (
            <ul aria-label={words.title}>
              {rows.map((row) => (
                <ApprovalRow key={row.id} row={row} />
              ))}
            </ul>
          )}
        </div>
        <Pagination next={next} />
        {setting && <Setting {...setting} />}
      </div>
    </ListPage>
  )
}

/** Which acts need a second colleague. */
function Setting({ acts, guarded }: { acts: readonly string[]; guarded: readonly string[] }) {
  const words = useMessages(approvalsMessages)
  return (
    <Card title={words.setting} text={words.settingText}>
      <ActionForm key={guarded.join(' ')} id="setting" labels={words.labels} summary={false}>
        <input type="hidden" name="do" value="setting" />
        <div className="grid gap-2">
          {acts.map((act) => (
            <Checkbox key={act} name="acts" value={act} label={words.acts[act]} initial={guarded.includes(act)} />
          ))}
        </div>
        <FormActions>
          <SubmitButton variant="secondary">{words.save}</SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}
