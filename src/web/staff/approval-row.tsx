import { useId } from 'react'
import { approvalsMessages } from '../messages/approvals.ts'
import { SubmitButton } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import type { ApprovalView } from './approvals-page.tsx'
import { Subject } from './parts.tsx'

/** One request: what, about whom, who wants it and why, and the buttons of who may answer. */
export function ApprovalRow({ row }: { row: ApprovalView }) {
  const words = useMessages(approvalsMessages)
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 border-b border-line px-5 py-4 last:border-b-0">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-medium">
          {words.acts[row.act] ?? row.act}
          <StateBadge state={row.state} />
        </p>
        <Details row={row} />
        <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-muted">
          <span>
            {words.asked(row.askedByName)} <Time at={row.at} />
          </span>
          {row.state === 'pending' ? (
            <span>
              {words.expires} <Time at={row.expiresAt} format="dateTime" />
            </span>
          ) : (
            row.decidedByName && (
              <span>
                {words.decided(row.decidedByName)} <Time at={row.updatedAt} />
              </span>
            )
          )}
        </p>
      </div>
      <Buttons row={row} />
    </li>
  )
}

function Details({ row: { subjectId, shown, act } }: { row: ApprovalView }) {
  const words = useMessages(approvalsMessages)
  return (
    <p className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-table">
      {shown.lifted ? (
        <span>{shown.lifted.map((each) => words.acts[each] ?? each).join(', ')}</span>
      ) : (
        <span>
          {words.about}: <Subject id={subjectId} />
        </span>
      )}
      {act === 'staff.role_changed' && (
        <span>
          {words.role}: <Code>{shown.role}</Code>
        </span>
      )}
      {shown.amountMinor !== undefined && shown.currency !== undefined && (
        <Money minor={shown.amountMinor} currency={shown.currency} />
      )}
      {shown.reason && (
        <span className="min-w-0 break-words">
          {words.reason}: {shown.reason}
        </span>
      )}
    </p>
  )
}

function Buttons({ row }: { row: ApprovalView }) {
  const words = useMessages(approvalsMessages)
  const id = useId()
  if (row.state !== 'pending') return null
  if (row.mayDecide)
    return (
      <div className="flex flex-wrap items-center gap-2">
        <ConfirmButton
          label={words.approve}
          variant="primary"
          size="small"
          title={words.approveTitle(words.acts[row.act] ?? row.act)}
          confirm={words.approve}
          danger={false}
          fields={{ do: 'approve', id: row.id }}
        >
          <Details row={row} />
          <p>{words.approveText}</p>
        </ConfirmButton>
        <One id={id} act="refuse" label={words.refuse} approvalId={row.id} />
      </div>
    )
  if (!row.own) return null
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span className="text-sm text-muted">{words.own}</span>
      <One id={id} act="withdraw" label={words.withdraw} approvalId={row.id} />
    </div>
  )
}

const One = ({ id, act, label, approvalId }: { id: string; act: string; label: string; approvalId: string }) => (
  <ActionForm id={id} summary={false}>
    <input type="hidden" name="do" value={act} />
    <SubmitButton variant="secondary" size="small" name="id" value={approvalId}>
      {label}
    </SubmitButton>
  </ActionForm>
)
