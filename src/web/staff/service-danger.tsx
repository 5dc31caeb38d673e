import { staffServicesMessages } from '../messages/staff-services.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Select, Textarea } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { ServiceAnswer, ServiceData } from './service-page.tsx'

/** What harms the customer, apart from everything else: suspending, lifting a suspension, terminating. */
export function ServiceDanger({ loaded, answer }: { loaded: ServiceData; answer: ServiceAnswer }) {
  const words = useMessages(staffServicesMessages).services
  const { offers, service, suspensions } = loaded
  const resumable = offers.resume ? suspensions : []
  if (offers.suspendFor.length === 0 && resumable.length === 0 && !offers.terminate) return null
  return (
    <Card title={words.danger}>
      <div className="grid divide-y divide-line [&>*]:py-4 [&>*:first-child]:pt-1 [&>*:last-child]:pb-0">
        {resumable.map(({ id, reason, note }) => (
          <div key={id} className="flex flex-wrap items-center justify-between gap-3">
            <p className="min-w-0 flex-1 basis-64">
              <span className="font-medium">{`${words.suspendedFor}: ${words.reasons[reason]}`}</span>
              {note && <span className="block text-sm break-words text-muted">{note}</span>}
            </p>
            <ConfirmButton
              label={words.lift(words.reasons[reason])}
              title={words.resumeTitle(service.hostname, words.reasons[reason])}
              confirm={words.resume}
              danger={false}
              fields={{ do: 'resume', reason }}
            >
              <p>{words.resumeText}</p>
            </ConfirmButton>
          </div>
        ))}
        {offers.suspendFor.length > 0 && <SuspendForm loaded={loaded} answer={answer} />}
        {offers.terminate && <Terminate loaded={loaded} answer={answer} />}
      </div>
    </Card>
  )
}

/** Opens in place, so that what was typed stays when it is refused; works without scripts. */
function SuspendForm({ loaded: { offers }, answer }: { loaded: ServiceData; answer: ServiceAnswer }) {
  const words = useMessages(staffServicesMessages).services
  const refused = answer?.values['do'] === 'suspend' ? answer : undefined
  return (
    <details open={refused !== undefined}>
      <summary className="flex flex-wrap items-center justify-between gap-3 rounded-control">
        <span className="min-w-0 flex-1 basis-64">
          <span className="block font-medium">{offers.isSuspended ? words.addReason : words.suspendHeading}</span>
          <span className="block text-sm text-muted">{words.suspendText}</span>
        </span>
        <span className="inline-flex min-h-(--control) items-center rounded-control border border-line-strong/60 px-4 font-medium">
          {offers.isSuspended ? words.addReason : words.suspend}
        </span>
      </summary>
      <ActionForm
        id="suspend"
        state={refused}
        labels={{ reason: words.reason, note: words.note }}
        className="mt-4 max-w-md"
        summary={false}
      >
        <input type="hidden" name="do" value="suspend" />
        <Select
          name="reason"
          initial="by_staff"
          hint={words.reasonHint}
          options={offers.suspendFor.toReversed().map((reason) => ({ value: reason, label: words.reasons[reason] }))}
        />
        <Textarea name="note" hint={words.noteHint} maxLength={500} rows={2} />
        <FormActions>
          <SubmitButton variant="danger">{offers.isSuspended ? words.addReason : words.suspend}</SubmitButton>
        </FormActions>
      </ActionForm>
    </details>
  )
}

function Terminate({
  loaded: { service, backup, backupDays },
  answer,
}: {
  loaded: ServiceData
  answer: ServiceAnswer
}) {
  const words = useMessages(staffServicesMessages).services
  const needsApproval = answer !== undefined && 'needsApproval' in answer && answer.needsApproval === true
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 flex-1 basis-64">
        <span className="block font-medium">{words.terminate}</span>
        <span className="block text-sm text-muted">{words.terminateHint}</span>
      </p>
      <ConfirmButton
        label={words.terminate}
        variant="danger"
        title={words.terminateTitle(service.hostname)}
        confirm={words.terminate}
        fields={{ do: 'terminate' }}
        typed={{ label: words.terminateType(service.hostname), value: service.hostname }}
      >
        <p>{words.terminateText(backupDays)}</p>
        {backup?.state === 'failed' && <Checkbox name="withoutBackup" value="yes" label={words.withoutBackup} />}
        {needsApproval && <Checkbox name="approved" value="yes" label={words.approve} />}
      </ConfirmButton>
    </div>
  )
}
