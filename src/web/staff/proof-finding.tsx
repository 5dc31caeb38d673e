import { staffProofMessages } from '../messages/staff-proof.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { KeyValue, Money, Time } from '../ui/values.tsx'
import { Subject } from './parts.tsx'
import type { FindingView } from './proof-view.ts'

const TONES = { open: 'bad', repairing: 'info', resolved: 'ok' } as const

/** One difference: what happened, which two amounts disagree, on what, since when, and what may be done. */
export function FindingCard({ finding, mayRepair }: { finding: FindingView; mayRepair: boolean }) {
  const words = useMessages(staffProofMessages)
  const { state, repair, repairNote } = finding
  const person = state !== 'resolved' && (repair === undefined || repairNote !== null) ? finding.person : undefined
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-body">
          <Badge tone={TONES[state]}>{words.states[state]}</Badge>
          {finding.title}
        </span>
      }
      actions={
        mayRepair && state === 'open' && repair !== undefined && <RepairButton id={finding.id} repair={repair} />
      }
    >
      <p className="max-w-prose">{finding.text}</p>
      <div className="mt-3 text-table">
        <KeyValue columns={3} facts={factsOf(finding, words)} />
      </div>
      {repairNote !== null && (
        <p className="mt-3 text-table text-bad">
          {repairNote === 'still_there' ? words.notHelped : words.notHelpedCode(repairNote)}
        </p>
      )}
      {person !== undefined && (
        <p className="mt-3 max-w-prose text-table">
          <span className="font-medium">{words.toDo}: </span>
          {person}
        </p>
      )}
      <details className="mt-3 text-sm text-muted">
        <summary className="w-fit cursor-pointer py-0.5 text-brand-ink">{words.detail}</summary>
        <p className="mt-1 break-words">
          <code>{finding.invariant}</code> {finding.message}
        </p>
      </details>
    </Card>
  )
}

function factsOf(finding: FindingView, words: (typeof staffProofMessages)['en']) {
  const { amounts } = finding
  return [
    ...(amounts
      ? [
          { label: amounts.left ?? '', value: <Money minor={amounts.leftMinor} currency={amounts.currency} /> },
          { label: amounts.right ?? '', value: <Money minor={amounts.rightMinor} currency={amounts.currency} /> },
          {
            label: words.difference,
            value: (
              <Money
                className="font-medium text-bad"
                minor={amounts.leftMinor - amounts.rightMinor}
                currency={amounts.currency}
              />
            ),
          },
        ]
      : []),
    {
      label: words.about,
      value: (
        <span className="grid gap-0.5">
          <Subject id={finding.subjectId} />
          {finding.related !== undefined && finding.related !== finding.subjectId && <Subject id={finding.related} />}
          {finding.customerId !== undefined && finding.customerId !== finding.subjectId && (
            <Subject id={finding.customerId} />
          )}
        </span>
      ),
    },
    { label: words.since, value: <Time at={finding.foundAt} format="dateTime" /> },
    finding.resolvedAt === null
      ? { label: words.seen, value: <Time at={finding.seenAt} format="dateTime" /> }
      : {
          label: words.resolved,
          value: (
            <>
              <Time at={finding.resolvedAt} format="dateTime" />
              <span className="block text-muted">
                {finding.outcome !== null && words.outcomes[finding.outcome]}
                {finding.repairerName !== null && `. ${words.repairedBy(finding.repairerName)}`}
              </span>
            </>
          ),
        },
  ]
}

function RepairButton({ id, repair }: { id: string; repair: NonNullable<FindingView['repair']> }) {
  const { label, title, text } = useMessages(staffProofMessages).repairs[repair]
  return (
    <ConfirmButton
      label={label}
      size="small"
      title={title}
      confirm={label}
      danger={false}
      fields={{ do: 'repair', id }}
    >
      <p>{text}</p>
    </ConfirmButton>
  )
}
