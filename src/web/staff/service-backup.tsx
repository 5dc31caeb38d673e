import type { FinalBackup } from '#modules/provisioning/final-backup.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import { FactList } from './fact-list.tsx'
import type { ServiceAnswer, ServiceData } from './service-page.tsx'
import { isoOrNull } from './view.ts'

const GB = 1_073_741_824

/** The last backup of a server as its page shows it. Its last day is the one that ends with it, in UTC. */
export const backupView = (backup: FinalBackup, now: Temporal.Instant) => ({
  state: backup.state,
  reason: backup.reason,
  error: backup.error,
  sizeGb: backup.sizeBytes === null ? null : Number(backup.sizeBytes) / GB,
  volumeId: backup.volumeId,
  madeAt: isoOrNull(backup.madeAt),
  keptUntil: isoOrNull(backup.keptUntil),
  deletedAt: isoOrNull(backup.deletedAt),
  lastDay: backup.keptUntil?.subtract({ seconds: 1 }).toZonedDateTimeISO('UTC').toPlainDate().toString(),
  earliest: now.toZonedDateTimeISO('UTC').toPlainDate().add({ days: 1 }).toString(),
})

/** What was kept of a server that ended, until when, or why nothing was. One that failed is told above the page. */
export function ServiceBackup({ loaded, answer }: { loaded: ServiceData; answer: ServiceAnswer }) {
  const words = useMessages(staffServicesMessages).services.backup
  const locale = useLocale()
  const { backup } = loaded
  if (!backup || backup.state === 'failed') return null
  const { state, reason, volumeId, sizeGb, madeAt, keptUntil, deletedAt } = backup
  if (volumeId === null)
    return (
      <Card title={words.title}>
        <p className="text-table">{reason === null ? words.states.making : words.reasons[reason]}</p>
      </Card>
    )
  const size = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(sizeGb ?? 0)
  return (
    <Card title={words.title}>
      {(state === 'deleting' || state === 'deleted') && (
        <p className="mb-3 text-table">{[words.states[state], backup.error].filter(Boolean).join(' ')}</p>
      )}
      <FactList
        facts={[
          ...(madeAt === null ? [] : [{ label: words.made, value: <Time at={madeAt} format="dateTime" /> }]),
          ...(keptUntil === null || state !== 'kept'
            ? []
            : [{ label: words.keptUntil, value: <Time at={keptUntil} format="dateTime" /> }]),
          ...(deletedAt === null ? [] : [{ label: words.deletedAt, value: <Time at={deletedAt} format="dateTime" /> }]),
          { label: words.size, value: words.gigabytes(size) },
          { label: words.where, value: <Code className="break-all">{volumeId}</Code> },
        ]}
      />
      {state === 'kept' && loaded.offers.keepBackup && <Decide loaded={loaded} answer={answer} />}
    </Card>
  )
}

function Decide({ loaded: { backup, service }, answer }: { loaded: ServiceData; answer: ServiceAnswer }) {
  const words = useMessages(staffServicesMessages).services.backup
  const refused = answer?.values['do'] === 'keep-backup' ? answer : undefined
  return (
    <div className="mt-4 flex flex-wrap items-end justify-between gap-3 border-t border-line pt-4">
      <ActionForm id="keep-backup" state={refused} labels={{ until: words.keep }} summary={false}>
        <input type="hidden" name="do" value="keep-backup" />
        <div className="flex flex-wrap items-end gap-3">
          <Field name="until" type="date" initial={backup?.lastDay} min={backup?.earliest} required />
          <SubmitButton variant="secondary">{words.change}</SubmitButton>
        </div>
      </ActionForm>
      <ConfirmButton
        label={words.remove}
        variant="danger"
        title={words.removeTitle(service.hostname)}
        confirm={words.remove}
        fields={{ do: 'delete-backup' }}
      >
        <p>{words.removeText}</p>
      </ConfirmButton>
    </div>
  )
}
