import { proceduresMessages } from '../messages/procedures.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { ProgressRow } from '../ui/steps.tsx'
import { Time } from '../ui/values.tsx'
import { CardRows } from './card-rows.tsx'
import { AllLink, Refusal, RetryButton } from './parts.tsx'
import { ProcedureSteps, troubledStep } from './progress.tsx'
import type { ServiceAnswer, ServiceData } from './service-page.tsx'
import { Span } from './span.tsx'

const isBackupFailed = ({ state }: ServiceData['service'], backup: ServiceData['backup']): boolean =>
  state !== 'terminated' && backup?.state === 'failed'

/** Whether there is anything a colleague has to know first. */
export const isTroubled = ({ service, progress, backup }: ServiceData, answer: ServiceAnswer): boolean =>
  answer !== undefined ||
  isBackupFailed(service, backup) ||
  service.state === 'failed' ||
  service.changeFailedAt !== null ||
  progress?.live === true

/** What a colleague has to know first: a refusal, what is under way, what failed and how to go on. */
export function ServiceTrouble({ loaded, answer }: { loaded: ServiceData; answer: ServiceAnswer }) {
  const { service, progress, offers, backup } = loaded
  const words = useMessages(staffServicesMessages)
  const orders = useMessages(staffObjectsMessages).orders
  const names = useMessages(proceduresMessages)
  const step = progress && troubledStep(progress)
  const stepName = step === undefined ? '' : (names.steps[step] ?? step)
  const current = progress?.steps.find(({ state }) => state === 'running' || state === 'waiting' || state === 'undoing')
  return (
    <div className="grid gap-3">
      {answer && <Refusal state={answer} />}
      {progress && (progress.state === 'running' || progress.state === 'compensating') && (
        <ProgressRow
          title={`${names.names[progress.name] ?? progress.name}…`}
          text={
            current
              ? [names.steps[current.name] ?? current.name, current.error ?? current.note].filter(Boolean).join(': ')
              : words.services.underWay
          }
        />
      )}
      {progress?.state === 'stuck' && (
        <Notice
          tone="bad"
          title={words.procedures.stuckAt(stepName)}
          action={offers.retryProcedure && <RetryButton what="procedure" id={progress.id} />}
        >
          <p>{progress.error}</p>
          <p>{words.procedures.retryText}</p>
        </Notice>
      )}
      {isBackupFailed(service, backup) && progress?.live !== true && (
        <Notice tone="bad" title={words.services.backup.failed}>
          <p>{backup?.error}</p>
          <p>{words.services.backup.failedText}</p>
        </Notice>
      )}
      {service.changeFailedAt !== null && progress?.live !== true && (
        <Notice
          tone="bad"
          title={words.services.changeFailed}
          action={
            offers.retryChange && <RetryButton what="service" id={service.id} label={words.services.retryChange} />
          }
        >
          <p>{progress?.error}</p>
          <p>{words.services.changeFailedText}</p>
        </Notice>
      )}
      {service.state === 'failed' && progress?.state !== 'stuck' && (
        <Notice
          tone="bad"
          title={step === undefined ? words.services.failed : orders.failedAt(stepName)}
          action={offers.retry && <RetryButton what="service" id={service.id} label={words.services.retrySetup} />}
        >
          {progress?.error ?? service.failure}
        </Notice>
      )}
    </div>
  )
}

/** The steps of what works on it now, and everything that was done before. */
export function ServiceHistory({ loaded: { service, progress, runs } }: { loaded: ServiceData }) {
  const words = useMessages(staffServicesMessages).services
  const common = useMessages(staffMessages)
  const names = useMessages(proceduresMessages).names
  return (
    <>
      {progress?.live && (
        <Card
          title={names[progress.name] ?? progress.name}
          actions={<StateBadge state={progress.state} busy={progress.state === 'running'} />}
        >
          <ProcedureSteps progress={progress} />
        </Card>
      )}
      <Card
        title={words.history}
        actions={runs && runs.length > 0 && <AllLink to={paths.staffProcedures({ subject: service.id })} />}
        flush
      >
        {runs ? (
          <CardRows
            label={words.history}
            empty={words.noHistory}
            rows={runs.map((run) => ({
              key: run.id,
              to: paths.staffProcedure(run.id),
              title: names[run.name] ?? run.name,
              state: <StateBadge state={run.state} />,
              text: run.finishedAt ? <Span from={run.createdAt} to={run.finishedAt} /> : undefined,
              aside: <Time at={run.createdAt} />,
            }))}
          />
        ) : (
          <EmptyState kind="no-access" title={common.noAccess} text={common.whoGrants} />
        )}
      </Card>
    </>
  )
}
