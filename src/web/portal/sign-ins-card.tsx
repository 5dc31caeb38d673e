import { portalProfileMessages } from '../messages/portal-profile.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { nameOf } from './sessions-card.tsx'
import type { SignInsView } from './profile-security-page.tsx'

/** Who came in, or tried to, and from where. */
export function SignInsCard({ signIns: { rows, older } }: { signIns: SignInsView }) {
  const words = useMessages(portalProfileMessages).security
  return (
    <Card title={words.history} text={words.historyText} flush>
      {rows.length === 0 && <p className="px-5 py-4 text-muted">{words.historyEmpty}</p>}
      <ul>
        {rows.map(({ id, outcome, address, at, ...device }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-5 py-3 last:border-b-0"
          >
            <span className="min-w-0 flex-1 basis-48">
              <span className="font-medium">
                {outcome === 'user.signed_in' ? nameOf(device, words) : words.outcomes[outcome]}
              </span>
              <span className="flex flex-wrap gap-x-3 text-sm text-muted">
                {address && <Code>{address}</Code>}
                <Time at={at} />
              </span>
            </span>
            <Badge tone={outcome === 'user.signed_in' ? 'ok' : 'warn'}>
              {outcome === 'user.signed_in' ? words.outcomes[outcome] : words.refused}
            </Badge>
          </li>
        ))}
      </ul>
      {older !== undefined && (
        <div className="border-t border-line px-5 py-3.5">
          <LinkButton to={`?${new URLSearchParams({ signIns: older })}`} variant="secondary" size="small">
            {words.older}
          </LinkButton>
        </div>
      )}
    </Card>
  )
}
