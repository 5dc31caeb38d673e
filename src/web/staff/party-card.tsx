import type { Party } from '#modules/billing/invoice.ts'
import { Card } from '../ui/card.tsx'
import { useLocale } from '../ui/site.tsx'
import { Code } from '../ui/values.tsx'
import { countryName } from './view.ts'

/** Who sells or buys, as a document says it. */
export function PartyCard({ title, party }: { title: string; party: Party }) {
  const locale = useLocale()
  return (
    <Card title={title}>
      <address className="text-table not-italic">
        <span className="block font-medium">{party.company ?? party.name}</span>
        {party.company && <span className="block">{party.name}</span>}
        <span className="block whitespace-pre-line">{party.address}</span>
        {party.country && <span className="block">{countryName(party.country, locale)}</span>}
        {party.vatId && <Code>{party.vatId}</Code>}
        <span className="block text-muted">{party.email}</span>
      </address>
    </Card>
  )
}
