import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** A surface with an optional heading and actions. `flush` is for tables and lists that reach the edges. */
export function Card({
  title,
  text,
  actions,
  children,
  footer,
  flush = false,
  className,
}: {
  title?: ReactNode
  text?: ReactNode
  actions?: ReactNode
  children?: ReactNode
  footer?: ReactNode
  flush?: boolean
  className?: string
}) {
  const headed = title !== undefined || actions !== undefined
  return (
    <section className={cx('min-w-0 rounded-card border border-line bg-surface', className)}>
      {headed && (
        <header
          className={cx(
            'flex flex-wrap items-center gap-x-4 gap-y-2 px-5 pt-4',
            flush && 'border-b border-line pb-3.5',
          )}
        >
          <div className="min-w-0 flex-1">
            <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
            {text && <p className="mt-0.5 text-sm text-muted">{text}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={cx(!flush && (headed ? 'px-5 pt-3 pb-5' : 'p-5'))}>{children}</div>
      {footer && <footer className="border-t border-line px-5 py-3.5 text-sm text-muted">{footer}</footer>}
    </section>
  )
}

/** A number with its name: for boards. With `href` elsewhere on the page, wrap it in a link. */
export function Figure({ label, value, text }: { label: string; value: ReactNode; text?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-card border border-line bg-surface px-5 py-4">
      <p className="text-sm text-muted">{label}</p>
      <p className="mt-1 text-2xl font-semibold tracking-tight tabular">{value}</p>
      {text && <p className="mt-1 text-sm text-muted">{text}</p>}
    </div>
  )
}
