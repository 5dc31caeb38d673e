import type { ReactNode } from 'react'
import { proceduresMessages } from '../messages/procedures.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffHomeMessages } from '../messages/staff-home.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { staffProofMessages } from '../messages/staff-proof.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge, type Tone } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import { type CardRow, CardRows } from './card-rows.tsx'
import type { Board } from './home-page.tsx'
import type { Part } from './home-parts.ts'
import { AllLink, RetryButton } from './parts.tsx'
import { shortId } from './view.ts'

type Server = { id: string; hostname: string; customerName: string; error: string | null | undefined; at: string }

/** A server that something went wrong with. */
const serverRow = ({ id, hostname, customerName, error, at }: Server) => ({
  key: id,
  to: paths.staffService(id),
  title: hostname,
  text: [customerName, error].filter(Boolean).join(': '),
  aside: <Time at={at} />,
})

/** What waits for a person, the worst first. Nothing waits: one line says so. */
export function Needs({ board: { needs, may } }: { board: Board }) {
  const words = useMessages(staffHomeMessages)
  const orders = useMessages(staffObjectsMessages).orders
  const money = useMessages(staffMoneyMessages)
  const proof = useMessages(staffProofMessages)
  const procedures = useMessages(proceduresMessages).names
  const parts = Object.values(needs).filter((part) => part !== undefined)
  if (parts.every((part) => part.read && part.value.rows.length === 0))
    return <Notice tone="ok">{words.allWell}</Notice>
  return (
    <>
      <Need
        kind="failedServices"
        tone="bad"
        part={needs.failedServices}
        all={paths.staffServices({ state: 'failed' })}
        row={(server) => ({
          ...serverRow(server),
          action: may.retry && <RetryButton what="service" id={server.id} />,
        })}
      />
      <Need
        kind="failedChanges"
        tone="bad"
        part={needs.failedChanges}
        all={paths.staffServices({ state: 'unchanged' })}
        row={(server) => ({
          ...serverRow(server),
          action: may.retry && <RetryButton what="service" id={server.id} />,
        })}
      />
      <Need
        kind="failedBackups"
        tone="bad"
        part={needs.failedBackups}
        all={paths.staffServices({ state: 'backup_failed' })}
        row={serverRow}
      />
      <Need
        kind="stuck"
        tone="bad"
        part={needs.stuck}
        all={paths.staffProcedures({ state: 'stuck' })}
        row={({ id, name, hostname, error, at }) => ({
          key: id,
          to: paths.staffProcedure(id),
          title: procedures[name] ?? name,
          text: [hostname, error].filter(Boolean).join(': '),
          aside: <Time at={at} />,
          action: may.retry && <RetryButton what="procedure" id={id} />,
        })}
      />
      <Need
        kind="jobs"
        tone="bad"
        part={needs.jobs}
        all={paths.staffJobs({ view: 'dead' })}
        row={({ id, job, error, at }) => ({
          key: id,
          title: <Code>{job}</Code>,
          text: error,
          aside: <Time at={at} />,
          action: may.retryJob && <RetryButton what="job" id={id} />,
        })}
      />
      <Need
        kind="disputes"
        tone="bad"
        part={needs.disputes}
        all={paths.staffDisputes({ state: 'open' })}
        row={({ id, customerName, amountMinor, currency, at }) => ({
          key: id,
          to: paths.staffDispute(id),
          title: money.disputes.dispute(shortId(id)),
          text: customerName,
          amount: <Money minor={amountMinor} currency={currency} />,
          aside: (
            <>
              {money.disputes.evidenceDue} <Time at={at} />
            </>
          ),
        })}
      />
      <Need
        kind="refunds"
        tone="bad"
        part={needs.refunds}
        all={paths.staffRefunds({ state: 'needs_person' })}
        row={({ id, customerName, amountMinor, currency, at }) => ({
          key: id,
          to: paths.staffRefunds({ state: 'needs_person' }),
          title: money.refunds.refund(shortId(id)),
          text: customerName,
          amount: <Money minor={amountMinor} currency={currency} />,
          aside: <Time at={at} />,
        })}
      />
      <Need
        kind="proof"
        tone="bad"
        part={needs.proof}
        all={paths.staffProof()}
        row={({ word, open, at }) => ({
          key: word,
          to: paths.staffProof(),
          title: word === 'red' ? proof.red(open) : proof.old,
          text: word === 'red' ? proof.homeText : proof.oldText,
          aside: at && <Time at={at} />,
        })}
      />
      <Need
        kind="late"
        tone="warn"
        part={needs.late}
        all={paths.staffAdoption({ view: 'adopted' })}
        row={({ id, subscriptionId, customerName, amountMinor, currency }) => ({
          key: id,
          ...(subscriptionId && { to: paths.staffSubscription(subscriptionId) }),
          title: customerName ?? <Code>{id}</Code>,
          text: words.lateText,
          amount: <Money minor={amountMinor} currency={currency} />,
        })}
      />
      <Need
        kind="suspense"
        tone="warn"
        part={needs.suspense}
        all={paths.staffUnmatched()}
        row={({ id, type, note, at }) => ({
          key: id,
          to: paths.staffEvents({ subject: id }),
          title: <Code>{type}</Code>,
          text: note,
          aside: <Time at={at} />,
        })}
      />
      <Need
        kind="orders"
        tone="info"
        part={needs.orders}
        all={paths.staffOrders({ state: 'pending' })}
        row={({ id, customerName, totalMinor, currency, expiresAt }) => ({
          key: id,
          to: paths.staffOrder(id),
          title: orders.name(shortId(id)),
          text: customerName,
          amount: <Money minor={totalMinor} currency={currency} />,
          aside: (
            <>
              {words.expires} <Time at={expiresAt} />
            </>
          ),
        })}
      />
    </>
  )
}

type NeedKind = keyof Board['needs']

function Need<R>({
  kind,
  tone,
  part,
  all,
  row,
}: {
  kind: NeedKind
  tone: Tone
  part: Part<{ rows: R[]; more: boolean }>
  all: string
  row: (value: R) => CardRow
}): ReactNode {
  const words = useMessages(staffHomeMessages)
  const common = useMessages(staffMessages)
  if (part === undefined) return null
  if (!part.read) return <Notice tone="warn">{words.unreadable(words.parts[kind])}</Notice>
  const { rows, more } = part.value
  if (rows.length === 0) return null
  const count = more ? words.more(rows.length) : String(rows.length)
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2 text-body">
          <Badge tone={tone}>{count}</Badge>
          {words.parts[kind]}
        </span>
      }
      actions={<AllLink to={all} label={common.all} />}
      flush
    >
      <CardRows
        label={words.parts[kind]}
        empty={common.none}
        rows={rows.map(row)}
        wide={kind === 'jobs' || kind === 'suspense' || kind === 'proof'}
      />
    </Card>
  )
}
