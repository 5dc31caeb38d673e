import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { cx } from '../ui/cx.ts'

/** An area in the rail: icon above its word, so that nothing needs to be remembered. */
export const StaffLink = ({
  to,
  end,
  icon,
  children,
}: {
  to: string
  end: boolean
  icon: ReactNode
  children: ReactNode
}) => (
  <NavLink
    to={to}
    end={end}
    className={({ isActive }) =>
      cx(
        'grid min-h-13 content-center justify-items-center gap-1 rounded-control px-0.5 text-center text-[0.6875rem] leading-tight font-medium [&_svg]:size-4.5',
        isActive ? 'bg-brand-tint text-brand-ink' : 'text-muted hover:bg-hover hover:text-ink',
      )
    }
  >
    {icon}
    {children}
  </NavLink>
)
