import type { ReactNode } from 'react'
import { cx } from '../ui/cx.ts'
import { DocumentTitle } from '../ui/page.tsx'

/** The frame of a shop page: its title, a sentence, and room. */
export function ShopPage({
  title,
  lead,
  actions,
  children,
  narrow = false,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  narrow?: boolean
}) {
  return (
    <div className={cx('mx-auto px-5 pt-10 pb-20 sm:px-8 sm:pt-14', narrow ? 'max-w-text' : 'max-w-page')}>
      <DocumentTitle>{title}</DocumentTitle>
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-5">
        <div className="min-w-0">
          <h1 className="text-3xl tracking-tighter break-words">{title}</h1>
          {lead && <p className="mt-2 max-w-text text-muted">{lead}</p>}
        </div>
        {actions}
      </div>
      {children}
    </div>
  )
}

/** A part of a shop page with its heading. */
export const Part = ({
  id,
  title,
  text,
  children,
}: {
  id: string
  title: string
  text?: string
  children: ReactNode
}) => (
  <section aria-labelledby={id} className="mt-16">
    <h2 id={id} className="text-2xl tracking-tighter">
      {title}
    </h2>
    {text && <p className="mt-1.5 text-muted">{text}</p>}
    <div className="mt-6">{children}</div>
  </section>
)
