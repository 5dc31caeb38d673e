import { Inbox, Lock, type LucideIcon, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { useMessages } from './site.tsx'

const ICONS: Record<'nothing' | 'no-match' | 'no-access', LucideIcon> = {
  nothing: Inbox,
  'no-match': SearchX,
  'no-access': Lock,
}

/** The three faces of empty: nothing yet (say the first step), nothing matches (clear), no permission (who can grant it). */
export function EmptyState({
  kind = 'nothing',
  icon,
  title,
  text,
  action,
}: {
  kind?: keyof typeof ICONS
  icon?: LucideIcon
  title?: string
  text?: ReactNode
  action?: ReactNode
}) {
  const words = useMessages(kitMessages).table
  const { pathname } = useLocation()
  const Icon = icon ?? ICONS[kind]
  return (
    <div className="grid justify-items-center px-6 py-14 text-center">
      <div className="grid size-11 place-items-center rounded-card border border-line bg-sunken text-muted">
        <Icon aria-hidden="true" className="size-5" />
      </div>
      <p className="mt-4 font-medium">{title ?? (kind === 'no-match' ? words.noMatch : words.empty)}</p>
      {text && <p className="mt-1 max-w-sm text-muted">{text}</p>}
      {action && <div className="mt-5">{action}</div>}
      {kind === 'no-match' && !action && (
        <Link to={pathname} className="mt-3 link">
          {words.clear}
        </Link>
      )}
    </div>
  )
}
