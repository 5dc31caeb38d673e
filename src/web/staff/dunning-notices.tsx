import { staffDunningMessages } from '../messages/staff-dunning.ts'
import { paths } from '../paths.ts'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { WaitingView } from './dunning-view.ts'
import { Day, RowLink } from './parts.tsx'

type Props = {
  lag: { waiting: number; since: string | null; failures: number }
  waiting: readonly WaitingView[]
  mayApprove: boolean
  /** How long the last backup of each is kept; 0 when none is made. */
  backupDays: number
}

/** What a person has to know or decide: whether dunning keeps up, and what may not end without their word. */
export function DunningNotices({ lag, waiting, mayApprove, backupDays }: Props) {
  const words = useMessages(staffDunningMessages)
  return (
    <>
      {waiting.length > 0 && (
        <Notice
          tone="bad"
          title={words.waiting(waiting.length)}
          action={mayApprove && <Approve waiting={waiting} backupDays={backupDays} />}
        >
          <p>{words.waitingText}</p>
          <details className="mt-1">
            <summary className="w-fit cursor-pointer py-0.5 text-brand-ink">{words.showWaiting}</summary>
            <ul className="mt-1 grid gap-1">
              {waiting.map((row) => (
                <li key={row.serviceId} className="flex flex-wrap gap-x-3">
                  <RowLink to={paths.staffService(row.serviceId)}>{row.hostname}</RowLink>
                  <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>
                  <span className="text-muted">{words.reasons[row.reason]}</span>
                  {row.openMinor !== null && row.currency !== null && (
                    <Money minor={row.openMinor} currency={row.currency} />
                  )}
                </li>
              ))}
            </ul>
          </details>
        </Notice>
      )}
      {lag.waiting > 0 && (
        <Notice tone="warn" title={words.behind(lag.waiting)}>
          {words.behindText}
          {lag.since !== null && (
            <>
              {' '}
              {words.oldest} <Day at={lag.since} />.
            </>
          )}
        </Notice>
      )}
      {lag.failures > 0 && <Notice tone="warn" title={words.failures(lag.failures)} />}
    </>
  )
}

function Approve({ waiting, backupDays }: Pick<Props, 'waiting' | 'backupDays'>) {
  const words = useMessages(staffDunningMessages)
  const n = waiting.length
  return (
    <ConfirmButton
      label={words.approve(n)}
      size="small"
      title={words.approveTitle(n)}
      confirm={words.approve(n)}
      fields={{}}
    >
      <p>{words.approveText(backupDays)}</p>
      {waiting.map((row) => (
        <input key={row.serviceId} type="hidden" name="service" value={row.serviceId} />
      ))}
    </ConfirmButton>
  )
}
