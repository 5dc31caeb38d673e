import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { type DateStyle, formatDate, formatMoney, formatRelative } from '#platform/i18n.ts'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import { useHydrated } from './hydrated.ts'
import { useMessages, useSite } from './site.tsx'

/** An amount in minor units of a currency, in the form of the visitor's language, figures aligned. */
export function Money({ minor, currency, className }: { minor: bigint; currency: string; className?: string }) {
  const { locale } = useSite()
  return <span className={cx('whitespace-nowrap tabular', className)}>{formatMoney(minor, currency, locale)}</span>
}

const MINUTE_MS = 60_000

/**
 * An instant given as ISO text, in the visitor's zone with the full time on hover. `relative` (the default) says
 * "3 hours ago" within a week and the date beyond.
 */
export function Time({
  at,
  format = 'relative',
  className,
}: {
  at: string
  format?: 'relative' | DateStyle
  className?: string
}) {
  const { locale, timeZone, now } = useSite()
  const moment = useMoment(now, format === 'relative')
  const text =
    format === 'relative'
      ? (formatRelative(at, moment, locale) ?? formatDate(at, locale, timeZone, 'date'))
      : formatDate(at, locale, timeZone, format)
  return (
    <time
      dateTime={at}
      title={formatDate(at, locale, timeZone, 'full')}
      className={cx('whitespace-nowrap tabular', className)}
      suppressHydrationWarning
    >
      {text}
    </time>
  )
}

/** Now by the server's clock, going on by itself while the page is open. */
function useMoment(serverNow: string, ticking: boolean): string {
  const [moment, setMoment] = useState(serverNow)
  useEffect(() => {
    if (!ticking) return undefined
    const started = performance.now()
    setMoment(serverNow)
    const timer = setInterval(
      () => setMoment(new Date(Date.parse(serverNow) + performance.now() - started).toISOString()),
      MINUTE_MS,
    )
    return () => clearInterval(timer)
  }, [serverNow, ticking])
  return moment
}

/** An id, address or key: monospaced, with a button that copies it. Without scripts it is selectable text. */
export function CopyId({ value, label, className }: { value: string; label?: ReactNode; className?: string }) {
  const words = useMessages(kitMessages)
  const hydrated = useHydrated()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <span className={cx('inline-flex max-w-full min-w-0 items-center gap-0.5', className)}>
      <code className="min-w-0 truncate text-[0.9285em] select-all">{label ?? value}</code>
      <button
        type="button"
        onClick={() => void copy()}
        aria-label={`${words.copy}: ${value}`}
        className={cx(
          'grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-ink',
          !hydrated && 'invisible',
        )}
      >
        {copied ? (
          <Check aria-hidden="true" className="size-3.5 text-ok" />
        ) : (
          <Copy aria-hidden="true" className="size-3.5" />
        )}
      </button>
      <span role="status" className="sr-only">
        {copied ? words.copied : ''}
      </span>
    </span>
  )
}

/** Something written by machines for machines: addresses, keys, names of jobs. */
export const Code = ({ children, className }: { children: ReactNode; className?: string }) => (
  <code className={cx('text-[0.9285em] break-words', className)}>{children}</code>
)

export type Fact = { label: string; value: ReactNode; wide?: boolean }

/** Facts as label and value. `columns` is for wide cards; the aside of an object takes one. */
export function KeyValue({ facts, columns = 1 }: { facts: readonly Fact[]; columns?: 1 | 2 | 3 }) {
  const layout = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-2 lg:grid-cols-3' }[columns]
  return (
    <dl className={cx('grid gap-x-8 gap-y-4', layout)}>
      {facts.map((fact) => (
        <div key={fact.label} className={cx('min-w-0', fact.wide && 'col-span-full')}>
          <dt className="text-sm text-muted">{fact.label}</dt>
          <dd className="mt-0.5 break-words">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
