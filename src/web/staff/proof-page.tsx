import { PROOF_GROUPS } from '#modules/billing/proof-kinds.ts'
import { getProofStanding, listFindings, listProofRuns } from '#modules/billing/proof-queries.ts'
import { localeContext } from '../context.ts'
import { staffProofMessages } from '../messages/staff-proof.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ActionForm } from '../ui/form.tsx'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { Refusal } from './parts.tsx'
import { actOnProof } from './proof-actions.ts'
import { FindingCard } from './proof-finding.tsx'
import { ProofRuns } from './proof-runs.tsx'
import { ProofStandingNotice } from './proof-standing.tsx'
import { findingView, runView, standingView } from './proof-view.ts'
import { ViewTabs } from './view-tabs.tsx'
import type { Route } from './+types/proof-page'

const VIEWS = ['open', 'resolved', 'runs'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const runId = url.text('run')
  const view = runId === undefined ? (url.one('view', VIEWS) ?? 'open') : 'run'
  const group = url.one('group', PROOF_GROUPS)
  const standing = standingView(await getProofStanding(app, actor), app.clock.now())
  const common = { standing, view, mayRepair: may('payment.refund'), filtered: group !== undefined }
  if (view === 'runs') {
    const { rows, next } = await listProofRuns(app, actor, url.page)
    return { ...common, findings: [], runs: rows.map(runView), next }
  }
  const { rows, next } = await listFindings(app, actor, {
    ...url.page,
    states:
      view === 'resolved' ? ['resolved'] : view === 'run' ? ['open', 'repairing', 'resolved'] : ['open', 'repairing'],
    group,
    runId,
  })
  return { ...common, findings: rows.map((row) => findingView(row, locale)), runs: [], next }
}

export async function action({ request, context }: Route.ActionArgs) {
  return actOnProof(staffScope(context), await request.formData(), context.get(localeContext))
}

export default function ProofPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { standing, view, findings, runs, next, mayRepair, filtered } = loaderData
  const words = useMessages(staffProofMessages)
  useLive(true, BUSY_MS)
  return (
    <ListPage
      title={words.title}
      actions={<MoneyTabs current="proof" />}
      notice={
        <div className="grid gap-3">
          {answer?.ok === false && <Refusal state={answer} />}
          <ProofStandingNotice
            standing={standing}
            action={
              mayRepair &&
              !standing.running && (
                <ActionForm id="prove" summary={false}>
                  <SubmitButton size="small" variant="secondary" name="do" value="prove">
                    {words.runNow}
                  </SubmitButton>
                </ActionForm>
              )
            }
          />
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
              to: paths.staffProof(each === 'open' ? {} : { view: each }),
              count: each === 'open' ? standing.open : undefined,
            }))}
          />
          {view !== 'runs' && (
            <Filters
              selects={[
                {
                  name: 'group',
                  label: words.group,
                  options: PROOF_GROUPS.map((group) => ({ value: group, label: words.groups[group] })),
                },
              ]}
              keep={['view', 'run']}
            />
          )}
        </div>
      }
    >
      {view === 'runs' ? (
        <ProofRuns runs={runs} next={next} />
      ) : (
        <>
          {findings.length === 0 ? (
            <div className="rounded-card border border-line bg-surface">
              {filtered ? (
                <EmptyState kind="no-match" />
              ) : (
                <EmptyState title={view === 'resolved' ? words.emptyResolved : words.empty} text={words.emptyText} />
              )}
            </div>
          ) : (
            <div className="grid gap-4">
              {findings.map((finding) => (
                <FindingCard key={finding.id} finding={finding} mayRepair={mayRepair} />
              ))}
            </div>
          )}
          <Pagination next={next} />
        </>
      )}
    </ListPage>
  )
}
