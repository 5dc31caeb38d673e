import { NavLink } from 'react-router'
import { cx } from './cx.ts'

/** Parts of one object as links: each has an address, Back works. Put it into the header's `tabs`. */
export function Tabs({
  label,
  tabs,
}: {
  label: string
  tabs: readonly { to: string; label: string; count?: number | undefined }[]
}) {
  return (
    <nav aria-label={label} className="-mb-px flex gap-5 overflow-x-auto pt-4">
      {tabs.map((tab) => (
        <NavLink
          key={tab.to}
          to={tab.to}
          end
          className={({ isActive }) =>
            cx(
              'flex items-center gap-2 border-b-2 pb-2.5 font-medium whitespace-nowrap',
              isActive ? 'border-brand text-ink' : 'border-transparent text-muted hover:text-ink',
            )
          }
        >
          {tab.label}
          {tab.count !== undefined && (
            <span className="rounded-full bg-sunken px-1.5 text-xs text-muted tabular">{tab.count}</span>
          )}
        </NavLink>
      ))}
    </nav>
  )
}
