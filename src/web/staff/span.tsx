import { formatNumber } from '#platform/i18n.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { useLocale, useMessages } from '../ui/site.tsx'

/** How long something took, between two instants given as ISO text. */
export function Span({ from, to }: { from: string; to: string }) {
  const locale = useLocale()
  const words = useMessages(staffServicesMessages).procedures
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)
  const rounded = (value: number): string => formatNumber(Math.round(value * 10) / 10, locale)
  return (
    <span className="whitespace-nowrap tabular">
      {seconds < 120 ? words.seconds(rounded(seconds)) : words.minutes(rounded(seconds / 60))}
    </span>
  )
}
