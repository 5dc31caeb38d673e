import { ChevronRight, ChevronsLeft } from 'lucide-react'
import { Link, useSearchParams } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { buttonClass } from './button.tsx'
import { useMessages } from './site.tsx'

/** Pages by key: on to the older rows, or back to the newest. Nothing when there is one page only. */
export function Pagination({ next }: { next: string | undefined }) {
  const words = useMessages(kitMessages).table
  const [search] = useSearchParams()
  const later = search.has('after')
  if (next === undefined && !later) return null
  const address = (after: string | undefined): string => {
    const target = new URLSearchParams(search)
    target.delete('after')
    if (after !== undefined) target.set('after', after)
    return `?${target}`
  }
  return (
    <nav aria-label={words.pages} className="mt-3 flex justify-between gap-3">
      {later ? (
        <Link to={address(undefined)} className={buttonClass({ size: 'small' })}>
          <ChevronsLeft aria-hidden="true" />
          {words.newest}
        </Link>
      ) : (
        <span />
      )}
      {next !== undefined && (
        <Link to={address(next)} className={buttonClass({ size: 'small' })}>
          {words.older}
          <ChevronRight aria-hidden="true" />
        </Link>
      )}
    </nav>
  )
}
