import { Link } from 'react-router'
import type { ProcedureProgress } from '#modules/provisioning/procedure-queries.ts'
import { proceduresMessages } from '../messages/procedures.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Steps, type StepState } from '../ui/steps.tsx'
import { Notice } from '../ui/notice.tsx'
import { RetryButton } from './parts.tsx'
import { Span } from './span.tsx'
import { iso, isoOrNull } from './view.ts'

export type ProgressView = ReturnType<typeof progressView>

/** A run as pages show it. */
export const progressView = ({ id, name, state, live, error, createdAt, finishedAt, steps }: ProcedureProgress) => ({
  id,
  name,
  state,
  live,
  error,
  createdAt: iso(createdAt),
  finishedAt: isoOrNull(finishedAt),
  steps: steps.map((step) => ({
    ...step,
    startedAt: isoOrNull(step.startedAt),
    finishedAt: isoOrNull(step.finishedAt),
  })),
})

const MARKS: Record<ProgressView['steps'][number]['state'], StepState> = {
  planned: 'waiting',
  running: 'running',
  waiting: 'running',
  done: 'done',
  failed: 'failed',
  undoing: 'running',
  undone: 'undone',
}

/** The step a run failed or is stuck at: the one that says why. */
export const troubledStep = ({ steps }: Pick<ProgressView, 'steps'>): string | undefined =>
  (steps.find((step) => step.state === 'failed') ?? steps.findLast((step) => step.error !== null))?.name

/** Worth saying: most steps take no time at all. */
const took = ({ startedAt, finishedAt }: { startedAt: string | null; finishedAt: string | null }): boolean =>
  startedAt !== null && finishedAt !== null && Date.parse(finishedAt) - Date.parse(startedAt) >= 100

/** Every step of a run with its state, tries and what the host said. */
export function ProcedureSteps({ progress }: { progress: ProgressView }) {
  const words = useMessages(staffServicesMessages).procedures
  const names = useMessages(proceduresMessages).steps
  const over = !progress.live
  const steps = progress.steps
    // What never began in a run that is over, never will.
    .filter((step) => !(over && step.state === 'planned'))
    .map((step) => ({
      name: step.name,
      title: names[step.name] ?? step.name,
      state: MARKS[step.state],
      text: step.error ?? (step.state === 'done' ? undefined : step.note),
      aside: step.startedAt && (
        <span className="inline-flex gap-3">
          {step.attempts > 1 && <span>{words.attempts(step.attempts)}</span>}
          {step.finishedAt && took(step) && <Span from={step.startedAt} to={step.finishedAt} />}
        </span>
      ),
    }))
  return <Steps label={words.steps} steps={steps} />
}

type Setup = {
  serviceId: string
  state: string
  mayRetry: boolean
  mayRetryProcedure: boolean
  mayOpen: boolean
  procedure: ProgressView | undefined
}

/** What became of an ordered server: how far its setup is, where it is stuck, and the way on. */
export function SetupProgress({ hostname, setup }: { hostname: string; setup: Setup | undefined }) {
  const words = useMessages(staffObjectsMessages).orders
  const names = useMessages(proceduresMessages)
  const procedure = setup?.procedure
  const title = `${names.names[procedure?.name ?? ''] ?? words.setup}: ${hostname}`
  if (!setup || !procedure)
    return (
      <Card title={title}>
        <p className="text-muted">{words.noSetup}</p>
      </Card>
    )
  const step = troubledStep(procedure)
  const stepName = step === undefined ? '' : (names.steps[step] ?? step)
  return (
    <Card
      title={
        setup.mayOpen ? (
          <Link to={paths.staffProcedure(procedure.id)} className="hover:text-brand-ink hover:underline">
            {title}
          </Link>
        ) : (
          title
        )
      }
      actions={<StateBadge state={procedure.state} {...(procedure.state === 'running' ? { busy: true } : {})} />}
    >
      {procedure.state === 'stuck' && (
        <div className="mb-4">
          <Notice
            tone="bad"
            title={words.stuckAt(stepName)}
            action={setup.mayRetryProcedure && <RetryButton what="procedure" id={procedure.id} />}
          >
            {procedure.error}
          </Notice>
        </div>
      )}
      {setup.state === 'failed' && procedure.state === 'compensated' && (
        <div className="mb-4">
          <Notice
            tone="bad"
            title={words.failedAt(stepName)}
            action={setup.mayRetry && <RetryButton what="service" id={setup.serviceId} />}
          >
            {procedure.error}
          </Notice>
        </div>
      )}
      <ProcedureSteps progress={procedure} />
    </Card>
  )
}
