import type { ForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import type { ForecastCards } from '#platform/schema.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { FactList } from './fact-list.tsx'
import { triedOf } from './forecast-view.ts'

/** What is tried, setting by setting: how it is today, struck through, and how it was tried. */
export function Tried({ today, tried }: { today: ForecastSettings; tried: ForecastSettings }) {
  const words = useMessages(staffForecastsMessages)
  const changes = triedOf(today, tried, words)
  return (
    <Card title={words.tried}>
      {changes.length === 0 ? (
        <p className="text-table text-muted">{words.nothingTried}</p>
      ) : (
        <FactList
          facts={changes.map(({ label, before, after }) => ({
            label,
            value: (
              <>
                <del className="block text-muted decoration-line-strong">{before}</del>
                <ins className="block no-underline">{after}</ins>
              </>
            ),
          }))}
        />
      )}
    </Card>
  )
}

/** In words, what a forecast takes for granted. */
export function Assumptions({ cards }: { cards?: ForecastCards }) {
  const words = useMessages(staffForecastsMessages)
  const { copy, people, pages, hosts, planned, untried, days } = words.assumed
  return (
    <Card title={words.assumptions}>
      <ul className="grid list-disc gap-2 pl-4 text-table">
        {cards && (
          <li>
            <span className="font-medium">{`${words.labels.cards}: ${words.cards[cards]}.`}</span>{' '}
            {words.cardsText[cards]}
          </li>
        )}
        {[copy, people, pages, hosts, planned, untried, days].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Card>
  )
}
