import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import type { Tone } from './state-badge.tsx'
import { Time } from './values.tsx'

/** `at` is ISO text. */
export type TimelineItem = { id: string; at: string; title: ReactNode; text?: ReactNode; tone?: Tone }

const DOTS: Record<Tone, string> = {
  ok: 'bg-ok',
  warn: 'bg-warn',
  bad: 'bg-bad',
  info: 'bg-info',
  plain: 'bg-line-strong',
}

/** What happened, the newest first. */
export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  return (
    <ol aria-label={label}>
      {items.map((item, index) => (
        <li key={item.id} className="relative flex gap-3 pb-4 last:pb-0">
          {index < items.length - 1 && (
            <span aria-hidden="true" className="absolute top-4 -bottom-1 left-[3.5px] w-px bg-line" />
          )}
          <span
            aria-hidden="true"
            className={cx('relative mt-[0.45em] size-2 shrink-0 rounded-full', DOTS[item.tone ?? 'plain'])}
          />
          <div className="min-w-0 flex-1">
            <p className="break-words">{item.title}</p>
            {item.text && <div className="text-sm break-words text-muted">{item.text}</div>}
            <Time at={item.at} className="text-sm text-muted" />
          </div>
        </li>
      ))}
    </ol>
  )
}
