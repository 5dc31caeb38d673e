import { useSite } from './site.tsx'
import { cx } from './cx.ts'

/** The mark alone. */
export const Mark = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden="true" className={cx('size-7 shrink-0', className)}>
    <rect width="32" height="32" rx="8" className="fill-brand" />
    <path
      d="M9 9.5h14M9 16h9M9 22.5h14"
      className="stroke-on-brand"
      strokeWidth="3"
      strokeLinecap="round"
      fill="none"
    />
    <circle cx="22.5" cy="16" r="1.9" className="fill-on-brand" />
  </svg>
)

/** The mark with the name. */
export function Brand() {
  const { brand } = useSite()
  return (
    <span className="flex items-center gap-2.5 font-semibold tracking-tight whitespace-nowrap">
      <Mark />
      {brand}
    </span>
  )
}

/** The first stop of the Tab key. */
export const SkipLink = ({ label }: { label: string }) => (
  <a
    href="#main"
    className="absolute top-2 left-2 z-50 -translate-y-20 rounded-control bg-brand px-4 py-2 font-medium text-on-brand focus:translate-y-0"
  >
    {label}
  </a>
)
