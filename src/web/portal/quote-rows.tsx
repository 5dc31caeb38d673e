import type { ListedChange } from '#modules/billing/list-changes.ts'
import { quotesMessages } from '../messages/quotes.ts'
import type { Column } from '../ui/data-table.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { iso } from './view.ts'

/** A quote as lists show it. */
export type QuoteRow = ReturnType<typeof quoteRow>

/** `minutesLeft` counts a begun minute as one. */
export const quoteRow = (change: ListedChange, now: Temporal.Instant) => ({
  id: change.id,
  customerId: change.customerId,
  customerName: change.customerName,
  subscriptionId: change.subscriptionId,
  what: change.hostname,
  description: change.description,
  state: change.state,
  standing: change.standing,
  minutesLeft: change.standing === 'open' ? Math.ceil(now.until(change.expiresAt).total('seconds') / 60) : 0,
  currency: change.currency,
  dueMinor: change.dueMinor,
  creditMinor: change.creditMinor,
  invoiceId: change.invoiceId,
  createdAt: iso(change.createdAt),
})

/** What everybody sees of a quote: what it would change, how it stands, what it costs, and since when. */
export function useQuoteColumns(): Column<QuoteRow>[] {
  const words = useMessages(quotesMessages)
  return [
    { key: 'what', header: words.what, grow: true, cell: (row) => row.what ?? row.description },
    { key: 'to', header: words.to, phone: 'hide', cell: (row) => row.description },
    {
      key: 'state',
      header: words.state,
      cell: (row) => (
        <>
          <StateBadge state={BADGES[row.standing]} label={words.standings[row.standing]} />
          <span className="block text-sm text-muted">
            {row.standing === 'open'
              ? words.left(row.minutesLeft)
              : row.standing === 'accepted' && row.state !== 'quoted'
                ? words.accepted[row.state]
                : undefined}
          </span>
        </>
      ),
    },
    {
      key: 'due',
      header: words.due,
      align: 'right',
      cell: (row) => <Money minor={row.dueMinor > 0n ? row.dueMinor : -row.creditMinor} currency={row.currency} />,
    },
    { key: 'created', header: words.made, align: 'right', cell: (row) => <Time at={row.createdAt} /> },
  ]
}

const BADGES = { open: 'open', accepted: 'approved', expired: 'expired', withdrawn: 'withdrawn' } as const
