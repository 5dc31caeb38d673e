import type { RefundState } from '#platform/schema.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import type { Tone } from '../ui/state-badge.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { Money } from '../ui/values.tsx'
import type { CorrectionsView } from './corrections-view.ts'

const TONES: Record<RefundState, Tone> = { pending: 'info', needs_person: 'info', succeeded: 'ok', failed: 'warn' }

/** Money that goes back for an invoice and the documents that say so; nothing when there is none. */
export function InvoiceCorrections({ corrections: { creditNotes, refunds } }: { corrections: CorrectionsView }) {
  const { xml, corrections: words } = useMessages(portalInvoiceMessages)
  if (creditNotes.length === 0 && refunds.length === 0) return null
  const items = [
    ...refunds.map((refund) => ({
      id: refund.id,
      at: refund.at,
      tone: TONES[refund.state],
      title: <Line title={words.refund[refund.state]} minor={refund.amountMinor} currency={refund.currency} />,
      text: refund.state === 'failed' ? words.failed : words.to[refund.destination],
    })),
    ...creditNotes.map((note) => ({
      id: note.id,
      at: note.at,
      tone: 'plain' as const,
      title: (
        <Line
          title={
            <a href={paths.creditNotePdf(note.id)} download className="link inline-block py-0.5">
              {note.number === null ? words.soon : words.creditNote(note.number)}
            </a>
          }
          minor={note.totalMinor}
          currency={note.currency}
        />
      ),
      text:
        note.number === null ? (
          note.reason
        ) : (
          <>
            {note.reason}{' '}
            <a href={paths.creditNoteXml(note.id)} download className="link inline-block py-0.5">
              {xml}
            </a>
          </>
        ),
    })),
  ]
  return (
    <Card title={words.title}>
      <Timeline label={words.title} items={items.toSorted((a, b) => (a.at < b.at ? 1 : -1))} />
    </Card>
  )
}

const Line = ({ title, minor, currency }: { title: React.ReactNode; minor: bigint; currency: string }) => (
  <span className="flex items-baseline justify-between gap-3">
    <span>{title}</span>
    <Money minor={minor} currency={currency} />
  </span>
)
