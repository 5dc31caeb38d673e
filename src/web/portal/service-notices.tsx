import { formatDate } from '#platform/i18n.ts'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { paths } from '../paths.ts'
import { buttonClass, LinkButton } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { ProgressRow } from '../ui/steps.tsx'
import type { ServiceData } from './service-page.tsx'
import type { WorkView } from './service-view.ts'

/** What is to be known before anything else: a refusal, work under way, trouble and what to do about it. */
export function ServiceNotices({ loaded, refused }: { loaded: ServiceData; refused: string | undefined }) {
  const words = useMessages(portalServiceMessages)
  const { service, work, failed } = loaded
  // What stood in the way is over once actions are offered again.
  const stillRefused = refused !== undefined && service.powerActions.length === 0
  return (
    <div className="grid gap-3 empty:hidden">
      {stillRefused && (
        <Notice tone="warn" title={words.refused} live>
          {refused}
        </Notice>
      )}
      {work && !work.building && <Work work={work} />}
      {failed && !work && (
        <Notice tone="bad" title={words.actionFailed[failed]} live>
          {words.actionFailedText}
        </Notice>
      )}
      {service.changeFailed && !work && (
        <Notice tone="warn" title={words.changeFailed} action={<Write email={loaded.email} about={service.hostname} />}>
          {words.changeFailedText}
        </Notice>
      )}
      {service.state === 'failed' && (
        <Notice tone="bad" title={words.failed} action={<Write email={loaded.email} about={service.hostname} />}>
          <p>{service.failure ?? words.failedCause}</p>
          <p className="mt-1">{words.failedMoney}</p>
        </Notice>
      )}
      {service.state === 'suspended' && <Suspended loaded={loaded} />}
      {service.state === 'terminated' && <Terminated loaded={loaded} />}
    </div>
  )
}

/** An action that runs, where its buttons were: its present step, and what that waits for. */
function Work({ work }: { work: WorkView }) {
  const words = useMessages(portalServiceMessages)
  const title = work.action ? words.asked[work.action] : (words.work[work.name] ?? words.work['provisioning.power-vps'])
  const step = work.step === undefined ? undefined : words.steps[work.step]
  const note = work.note === undefined ? undefined : words.notes[work.note]
  const now = note ?? (step === undefined ? undefined : `${step}.`)
  const text =
    work.state === 'stuck'
      ? words.stuck
      : work.state === 'undoing'
        ? words.undoing
        : [now, words.leave].filter(Boolean).join(' ')
  return <ProgressRow title={title} text={text} />
}

function Terminated({ loaded: { service, email, backedUpUntil } }: { loaded: ServiceData }) {
  const words = useMessages(portalServiceMessages)
  const locale = useLocale()
  if (backedUpUntil === null) return <Notice title={words.terminated}>{words.terminatedText}</Notice>
  return (
    <Notice title={words.terminated} action={<Write email={email} about={service.hostname} />}>
      {words.backedUp(formatDate(backedUpUntil, locale))}
    </Notice>
  )
}

function Suspended({ loaded: { service, email } }: { loaded: ServiceData }) {
  const words = useMessages(portalServiceMessages)
  const unpaid = service.reasons.includes('non_payment')
  return (
    <Notice
      tone="warn"
      title={words.suspended}
      action={
        unpaid ? (
          <LinkButton to={`${paths.invoices()}?state=open`}>{words.payInvoices}</LinkButton>
        ) : (
          <Write email={email} about={service.hostname} />
        )
      }
    >
      <p>{words.suspendedText}</p>
      {service.reasons.map((reason) => (
        <p key={reason} className="mt-1">
          {words.reasons[reason]}
        </p>
      ))}
    </Notice>
  )
}

function Write({ email, about }: { email: string | undefined; about: string }) {
  const words = useMessages(portalServiceMessages)
  if (email === undefined) return null
  return (
    <a href={`mailto:${email}?subject=${encodeURIComponent(about)}`} className={buttonClass({ size: 'small' })}>
      {words.write(email)}
    </a>
  )
}
