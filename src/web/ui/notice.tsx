import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import { useMessages } from './site.tsx'

export type NoticeTone = 'ok' | 'info' | 'warn' | 'bad'

const ICONS: Record<NoticeTone, LucideIcon> = { ok: CircleCheck, info: Info, warn: TriangleAlert, bad: CircleAlert }
const BOXES: Record<NoticeTone, string> = {
  ok: 'border-ok/30 bg-ok-tint',
  info: 'border-info/30 bg-info-tint',
  warn: 'border-warn/35 bg-warn-tint',
  bad: 'border-bad/35 bg-bad-tint',
}
const INKS: Record<NoticeTone, string> = { ok: 'text-ok', info: 'text-info', warn: 'text-warn', bad: 'text-bad' }

/** Something to know in the course of a page. `live` announces it: for answers to what the visitor just did. */
export function Notice({
  tone = 'info',
  title,
  children,
  action,
  live = false,
}: {
  tone?: NoticeTone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  live?: boolean
}) {
  const Icon = ICONS[tone]
  const words = useMessages(kitMessages).tone
  return (
    <div
      {...(live && { role: tone === 'bad' ? 'alert' : 'status' })}
      className={cx('flex items-start gap-3 rounded-card border px-4 py-3.5', BOXES[tone])}
    >
      <Icon aria-label={words[tone]} role="img" className={cx('mt-[0.15em] size-[1.25em] shrink-0', INKS[tone])} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          {title && <p className="font-medium">{title}</p>}
          {children && <div className={cx(title !== undefined && 'mt-0.5', 'text-[0.9333em]')}>{children}</div>}
        </div>
        {action && <div className="shrink-0">{action}</div>}
      </div>
    </div>
  )
}

const BARS: Record<NoticeTone, string> = {
  ok: 'bg-ok-tint text-ok',
  info: 'bg-info-tint text-info',
  warn: 'bg-warn-tint text-warn',
  bad: 'bg-bad-tint text-bad',
}

/** A bar across the whole surface: overdue invoices, acting as somebody, simulated mode. */
export function Banner({
  tone = 'warn',
  children,
  action,
}: {
  tone?: NoticeTone
  children: ReactNode
  action?: ReactNode
}) {
  const Icon = ICONS[tone]
  return (
    <div className={cx('border-b border-line', BARS[tone])} data-noprint>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm font-medium sm:px-6">
        <Icon aria-hidden="true" className="size-4 shrink-0" />
        <p className="min-w-0 flex-1">{children}</p>
        {action}
      </div>
    </div>
  )
}
