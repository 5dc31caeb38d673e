import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { getProcedure } from '#modules/provisioning/procedure-queries.ts'
import { procedureMachine } from '#modules/provisioning/procedure-run.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { proceduresMessages } from '../messages/procedures.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useAnswer, useLive } from '../ui/live.ts'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { FactList } from './fact-list.tsx'
import { AllLink, Refusal, RetryButton, RowLink } from './parts.tsx'
import { ProcedureSteps, progressView, troubledStep } from './progress.tsx'
import { retry } from './retry.ts'
import { Span } from './span.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/procedure-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const { run, progress, log, service } = await getProcedure(app, actor, params.procedureId)
  const customer = service && (await getCustomer(app, actor, service.customerId))
  return {
    progress: progressView(progress),
    service,
    customerName: customer?.name,
    subjectId: run.subjectId,
    input: Object.entries(run.input ?? {}).map(([field, value]) => `${field}: ${String(value)}`),
    errorCode: run.errorCode,
    mayRetry: may('procedure.retry') && can(procedureMachine, run, 'retry'),
    log: log.map(({ line, step, message, createdAt }) => ({ line, step, message, at: iso(createdAt) })),
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const form = await request.formData()
  return retry(staffScope(context), form, context.get(localeContext), paths.staffProcedure(params.procedureId))
}

export default function ProcedurePage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { progress, service, customerName, subjectId, input, errorCode, mayRetry, log } = loaderData
  const words = useMessages(staffServicesMessages).procedures
  const common = useMessages(staffMessages)
  const names = useMessages(proceduresMessages)
  useLive(progress.live)
  const name = names.names[progress.name] ?? progress.name
  return (
    <ObjectPage
      title={service ? `${name}: ${service.hostname}` : name}
      id={progress.id}
      state={<StateBadge state={progress.state} busy={progress.state === 'running'} />}
      back={{ to: paths.staffProcedures(), label: words.title }}
      notice={
        (answer !== undefined || TROUBLED.has(progress.state)) && (
          <div className="grid gap-3">
            {answer && <Refusal state={answer} />}
            <Trouble progress={progress} mayRetry={mayRetry} />
          </div>
        )
      }
      aside={
        <Card title={common.facts}>
          <FactList
            facts={[
              {
                label: words.subject,
                value: service ? (
                  <RowLink to={paths.staffService(service.id)}>{service.hostname}</RowLink>
                ) : (
                  <Code>{subjectId}</Code>
                ),
              },
              ...(service
                ? [
                    {
                      label: common.customer,
                      value: <RowLink to={paths.staffCustomer(service.customerId)}>{customerName}</RowLink>,
                    },
                  ]
                : []),
              ...(input.length > 0 ? [{ label: words.input, value: <Code>{input.join(', ')}</Code> }] : []),
              {
                label: words.began,
                value: <Time at={progress.createdAt} format="dateTime" />,
              },
              ...(progress.finishedAt
                ? [
                    {
                      label: words.finished,
                      value: <Time at={progress.finishedAt} format="dateTime" />,
                    },
                    { label: words.took, value: <Span from={progress.createdAt} to={progress.finishedAt} /> },
                  ]
                : []),
              ...(errorCode ? [{ label: words.code, value: <Code>{errorCode}</Code> }] : []),
            ]}
          />
        </Card>
      }
    >
      <Card title={words.steps}>
        <ProcedureSteps progress={progress} />
      </Card>
      <Card
        title={words.log}
        actions={<AllLink to={paths.staffEvents({ subject: progress.id })} label={common.allEvents} />}
      >
        {log.length === 0 ? (
          <p className="text-muted">{words.noLog}</p>
        ) : (
          <ol className="grid gap-1 text-table">
            {log.map((line) => (
              <li key={line.line} className="flex gap-3">
                <Time at={line.at} format="time" className="shrink-0 font-mono text-muted" />
                <span className="min-w-0 break-words">
                  {line.step && <span className="text-muted">{names.steps[line.step] ?? line.step}: </span>}
                  {line.message}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Card>
    </ObjectPage>
  )
}

const TROUBLED: ReadonlySet<string> = new Set(['stuck', 'compensating', 'compensated'])

function Trouble({ progress, mayRetry }: Pick<Route.ComponentProps['loaderData'], 'progress' | 'mayRetry'>) {
  const words = useMessages(staffServicesMessages).procedures
  const steps = useMessages(proceduresMessages).steps
  if (progress.state === 'stuck') {
    const step = troubledStep(progress) ?? ''
    return (
      <Notice
        tone="bad"
        title={words.stuckAt(steps[step] ?? step)}
        action={mayRetry && <RetryButton what="procedure" id={progress.id} />}
      >
        <p>{progress.error ?? words.stuck}</p>
        <p>{words.retryText}</p>
      </Notice>
    )
  }
  if (progress.state !== 'compensated' && progress.state !== 'compensating') return null
  return (
    <Notice tone="warn" title={progress.error ?? undefined}>
      {progress.state === 'compensated' && words.compensated}
    </Notice>
  )
}
