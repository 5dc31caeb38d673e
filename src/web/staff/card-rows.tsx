import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { cx } from '../ui/cx.ts'

export type CardRow = {
  key: string
  /** Where the whole row leads. */
  to?: string | undefined
  icon?: ReactNode
  title: ReactNode
  state?: ReactNode
  text?: ReactNode
  code?: string | undefined
  amount?: ReactNode
  aside?: ReactNode
  /** Buttons of this row. */
  action?: ReactNode
}

/** A few rows inside a card: the newest of a list that has a page of its own. Give the card `flush`. */
export function CardRows({
  label,
  rows,
  empty,
  wide = false,
}: {
  label: string
  rows: readonly CardRow[]
  empty: ReactNode
  /** Titles are long, such as names of jobs. */
  wide?: boolean
}) {
  if (rows.length === 0) return <p className="px-5 py-4 text-table text-muted">{empty}</p>
  return (
    <ul aria-label={label} className="text-table">
      {rows.map((row) => (
        <li
          key={row.key}
          className="relative flex min-h-9 flex-wrap items-center gap-x-4 gap-y-0.5 border-b border-line px-5 py-1.5 last:border-b-0 hover:bg-hover"
        >
          <span
            className={cx(
              'flex min-w-0 items-center gap-2 font-medium max-sm:basis-auto [&_svg]:size-3.5 [&_svg]:shrink-0',
              wide ? 'basis-72' : 'basis-44',
            )}
          >
            {row.icon && <span className="text-muted">{row.icon}</span>}
            <RowTitle row={row} />
          </span>
          {row.state && <span className="w-40 max-sm:w-auto">{row.state}</span>}
          {row.text && (
            <span className="min-w-0 flex-1 basis-24 truncate text-muted max-sm:basis-full">{row.text}</span>
          )}
          <span className="ml-auto flex items-center gap-4">
            {row.code && <code className="text-[0.9285em]">{row.code}</code>}
            {row.amount}
            {row.aside && <span className="min-w-20 text-right text-muted">{row.aside}</span>}
            {row.action}
          </span>
        </li>
      ))}
    </ul>
  )
}

function RowTitle({ row }: { row: CardRow }) {
  if (row.to === undefined) return <span className="min-w-0 truncate">{row.title}</span>
  return (
    <Link
      to={row.to}
      className="min-w-0 truncate after:absolute after:inset-0 hover:text-brand-ink focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-brand-ink"
    >
      {row.title}
    </Link>
  )
}
