import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { cx } from './cx.ts'
import { useSite } from './site.tsx'
import { CopyId } from './values.tsx'

/** The title of the document: what the page is about, then whose it is. */
export function DocumentTitle({ children }: { children: string }) {
  const { brand } = useSite()
  return <title>{`${children} · ${brand}`}</title>
}

type HeaderProps = {
  title: string
  /** Beside the title: a StateBadge, a number. */
  state?: ReactNode
  /** An id to copy. */
  id?: string
  text?: ReactNode
  /** The list this object is found in. */
  back?: { to: string; label: string }
  actions?: ReactNode
  tabs?: ReactNode
}

/** Name, state, id and main actions of a page; also sets the document's title. */
export function PageHeader({ title, state, id, text, back, actions, tabs }: HeaderProps) {
  return (
    <header className={cx('grid gap-x-6', tabs ? 'mb-6 border-b border-line' : 'mb-6')}>
      <DocumentTitle>{title}</DocumentTitle>
      {back && (
        <Link
          to={back.to}
          className="mb-2 -ml-1 inline-flex min-h-6 w-fit items-center gap-0.5 text-sm text-muted hover:text-ink"
        >
          <ChevronLeft aria-hidden="true" className="size-4" />
          {back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="min-w-0 text-2xl tracking-tighter break-words">{title}</h1>
            {state}
          </div>
          {(id ?? text) && (
            <div className="mt-1 flex flex-wrap items-center gap-x-3 text-muted">
              {id && <CopyId value={id} className="text-sm" />}
              {text}
            </div>
          )}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {tabs}
    </header>
  )
}

/** A list: filters, a table, pages. */
export function ListPage({
  filters,
  notice,
  children,
  ...header
}: HeaderProps & { filters?: ReactNode; notice?: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHeader {...header} />
      {notice && <div className="mb-4">{notice}</div>}
      {filters && <div className="mb-4">{filters}</div>}
      {children}
    </>
  )
}

/** One object: its cards on the left, facts and what happened to it on the right (below on phones). */
export function ObjectPage({
  notice,
  children,
  aside,
  ...header
}: HeaderProps & { notice?: ReactNode; children: ReactNode; aside?: ReactNode }) {
  return (
    <>
      <PageHeader {...header} />
      {notice && <div className="mb-5">{notice}</div>}
      <div
        className={cx(
          'grid items-start gap-5',
          aside !== undefined && 'lg:grid-cols-[minmax(0,1fr)_minmax(17rem,22rem)]',
        )}
      >
        <div className="grid min-w-0 gap-5">{children}</div>
        {aside && <aside className="grid min-w-0 gap-5">{aside}</aside>}
      </div>
    </>
  )
}

/** A form of one column with its cost or effect beside it (above the fold on phones it follows the form). */
export function FormPage({
  children,
  aside,
  notice,
  ...header
}: HeaderProps & { children: ReactNode; aside?: ReactNode; notice?: ReactNode }) {
  return (
    <>
      <PageHeader {...header} />
      {notice && <div className="mb-5 max-w-form">{notice}</div>}
      <div
        className={cx(
          'grid items-start gap-x-10 gap-y-6',
          aside !== undefined && 'lg:grid-cols-[minmax(0,40rem)_minmax(17rem,22rem)]',
        )}
      >
        <div className="min-w-0 max-w-form">{children}</div>
        {aside && <aside className="min-w-0 lg:sticky lg:top-6">{aside}</aside>}
      </div>
    </>
  )
}

/** A home page: what needs you now, then numbers, then cards. */
export function BoardPage({
  needs,
  figures,
  children,
  ...header
}: HeaderProps & { needs?: ReactNode; figures?: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHeader {...header} />
      {needs && <div className="mb-6 grid gap-3">{needs}</div>}
      {figures && <div className="mb-6 grid grid-cols-2 gap-4 max-sm:gap-3 lg:grid-cols-4">{figures}</div>}
      <div className="grid gap-5">{children}</div>
    </>
  )
}
