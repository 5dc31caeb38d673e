import { Link } from 'react-router'
import { cx } from '../ui/cx.ts'

/** Views of one list, each with its address. */
export function ViewTabs({
  label,
  views,
  current,
}: {
  label: string
  views: readonly { value: string; label: string; to: string; count?: number | undefined }[]
  current: string
}) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-1 rounded-control bg-sunken p-0.5 text-sm">
      {views.map((view) => (
        <Link
          key={view.value}
          to={view.to}
          aria-current={view.value === current ? 'page' : undefined}
          className={cx(
            'inline-flex min-h-7 items-center gap-1.5 rounded-sm px-3 font-medium pointer-coarse:min-h-11',
            view.value === current ? 'bg-surface text-ink ring-1 ring-line' : 'text-muted hover:text-ink',
          )}
        >
          {view.label}
          {view.count !== undefined && view.count > 0 && <span className="tabular">{view.count}</span>}
        </Link>
      ))}
    </nav>
  )
}
