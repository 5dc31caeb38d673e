import { formatMoney } from '#platform/i18n.ts'
import { shopMessages } from '../messages/shop.ts'
import { useLocale, useMessages } from '../ui/site.tsx'

type Terms = {
  setupMinor: bigint
  trialDays: number | null
  left: number | undefined
  maxPerCustomer?: number | null
  /** Where it is sold out while other regions have it. */
  gone?: readonly string[] | undefined
}

/** What comes with a price: its setup, its trial, how few are left and where none, and how many one may have. */
export function PlanTerms({ terms, currency }: { terms: Terms; currency: string }) {
  const words = useMessages(shopMessages)
  const locale = useLocale()
  const { setupMinor, trialDays, left, maxPerCustomer, gone = [] } = terms
  const lines = [
    setupMinor > 0n && words.setup(formatMoney(setupMinor, currency, locale)),
    trialDays !== null && words.trial(trialDays),
    maxPerCustomer && words.limit(maxPerCustomer),
  ].filter((line) => typeof line === 'string')
  const few = left !== undefined && left > 0
  if (lines.length === 0 && gone.length === 0 && !few) return null
  return (
    <ul className="mt-1.5 grid gap-0.5 text-md text-muted">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
      {gone.length > 0 && <li className="font-medium text-warn">{words.gone(gone.join(', '))}</li>}
      {few && <li className="font-medium text-warn">{words.left(left)}</li>}
    </ul>
  )
}
