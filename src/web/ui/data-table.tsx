import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useNavigation, useSearchParams } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import { EmptyState } from './empty-state.tsx'
import { Pagination } from './pagination.tsx'
import { useMessages } from './site.tsx'

export type Column<Row> = {
  key: string
  header: string
  cell: (row: Row) => ReactNode
  align?: 'right'
  /** The list can be ordered by this column: its name in `?sort=`. */
  sort?: string
  /** On phones rows are cards: the first column is their title, the others lines; `hide` leaves one out. */
  phone?: 'hide'
  /** Takes the room that is left. */
  grow?: boolean
}

type Props<Row> = {
  /** What the table holds, for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Where a row leads, if anywhere; the first column becomes the link and the whole row takes the click. */
  href?: (row: Row) => string | undefined
  /** The order the server used when the URL says none, as `created` or `-created`. */
  defaultSort?: string
  /** Cursor of the next page. Give `undefined` at the end, leave out for lists without pages. */
  next?: string | undefined
  empty?: ReactNode
  /** Filters are set, so an empty list means "nothing matches". */
  filtered?: boolean
}

/** A table of one page of rows: order and page live in the URL, old rows dim while new ones load, phones get cards. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  href,
  defaultSort,
  next,
  empty,
  filtered,
  ...rest
}: Props<Row>) {
  const [search] = useSearchParams()
  const loading = useNavigation().state === 'loading'
  const order = search.get('sort') ?? defaultSort ?? ''
  if (rows.length === 0 && !search.has('after'))
    return (
      <div className="rounded-card border border-line bg-surface">
        {filtered ? <EmptyState kind="no-match" /> : (empty ?? <EmptyState />)}
      </div>
    )
  return (
    <div
      aria-busy={loading}
      className={cx('transition-opacity delay-150 duration-120', loading && 'opacity-60')}
      {...rest}
    >
      <div className="overflow-x-auto rounded-card border border-line bg-surface">
        <table role="table" aria-label={label} className="w-full border-collapse text-left text-table max-md:block">
          <thead role="rowgroup" className="max-md:sr-only">
            <tr role="row" className="border-b border-line">
              {columns.map((column) => (
                <HeaderCell key={column.key} column={column} order={order} search={search} />
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" className="max-md:block">
            {rows.map((row) => (
              <tr
                key={rowKey(row)}
                role="row"
                className="relative border-b border-line last:border-b-0 max-md:grid max-md:gap-0.5 max-md:px-4 max-md:py-3.5 hover:bg-hover"
              >
                {columns.map((column, index) => (
                  <BodyCell key={column.key} column={column} first={index === 0} to={href?.(row)}>
                    {column.cell(row)}
                  </BodyCell>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pagination next={next} />
    </div>
  )
}

function HeaderCell<Row>({ column, order, search }: { column: Column<Row>; order: string; search: URLSearchParams }) {
  const words = useMessages(kitMessages).table
  const rising = order === column.sort
  const falling = order === `-${column.sort}`
  const target = new URLSearchParams(search)
  target.delete('after')
  target.set('sort', falling ? (column.sort ?? '') : `-${column.sort}`)
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={rising ? 'ascending' : falling ? 'descending' : undefined}
      className={cx(
        'px-4 py-2.5 text-sm font-medium whitespace-nowrap text-muted',
        column.align === 'right' && 'text-right',
        column.grow && 'w-full',
      )}
    >
      {column.sort === undefined ? (
        column.header
      ) : (
        <Link
          to={`?${target}`}
          aria-label={words.sortBy(column.header)}
          preventScrollReset
          className="inline-flex items-center gap-1 hover:text-ink"
        >
          {column.header}
          {rising && <ArrowUp aria-hidden="true" className="size-3.5" />}
          {falling && <ArrowDown aria-hidden="true" className="size-3.5" />}
        </Link>
      )}
    </th>
  )
}

function BodyCell<Row>({
  column,
  first,
  to,
  children,
}: {
  column: Column<Row>
  first: boolean
  to: string | undefined
  children: ReactNode
}) {
  const linked = first && to !== undefined
  return (
    <td
      role="cell"
      className={cx(
        'h-(--row) px-4 py-1.5 align-middle max-md:h-auto max-md:p-0',
        column.align === 'right' && 'text-right tabular',
        column.grow
          ? 'w-full max-w-0 truncate max-md:max-w-none max-md:whitespace-normal'
          : 'whitespace-nowrap max-md:whitespace-normal',
        first
          ? 'font-medium max-md:pb-0.5 max-md:text-body'
          : // Lines of 24 px, so that fingers tell the links of two of them apart.
            'max-md:flex max-md:items-baseline max-md:justify-between max-md:gap-4 max-md:text-right max-md:leading-6 max-md:[&>[data-state]]:self-center',
        // On phones a line without a value says nothing.
        (column.phone === 'hide' || isEmpty(children)) && 'max-md:hidden',
      )}
    >
      {!first && (
        <span aria-hidden="true" className="text-left text-muted md:hidden">
          {column.header}
        </span>
      )}
      {linked ? (
        <Link
          to={to}
          className="after:absolute after:inset-0 hover:text-brand-ink focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-brand-ink"
        >
          {children}
        </Link>
      ) : (
        children
      )}
    </td>
  )
}

const isEmpty = (content: ReactNode): boolean =>
  content === null || content === undefined || content === '' || content === false
