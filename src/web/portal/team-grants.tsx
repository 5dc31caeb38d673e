import { Handshake } from 'lucide-react'
import { teamMessages } from '../messages/team.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import type { TeamData } from './team-page.tsx'

/** Servers lent to people who do not share the account, and those that were. */
export function GrantsCard({ team }: { team: TeamData }) {
  const { grants: words } = useMessages(teamMessages)
  return (
    <Card title={words.title} text={words.text} flush>
      {team.grants.length === 0 ? (
        <EmptyState icon={Handshake} title={words.empty} text={words.emptyText} />
      ) : (
        <ul>
          {team.grants.map((grant) => (
            <GrantRow key={grant.id} grant={grant} lends={team.lends} />
          ))}
        </ul>
      )}
    </Card>
  )
}

/** What a loan allows, the least first, in words. */
export const listActions = (allowed: readonly string[], words: Record<string, string>): string =>
  Object.entries(words)
    .filter(([action]) => allowed.includes(action))
    .map(([, word]) => word)
    .join(', ')

function GrantRow({ grant, lends }: { grant: TeamData['grants'][number]; lends: boolean }) {
  const { grants: words, actions, may } = useMessages(teamMessages)
  const { id, hostname, name, endsAt, live } = grant
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-5 py-3.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium break-words">
          {hostname} <span className="font-normal text-muted">{words.to(name)}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <span>{may(listActions(grant.actions, actions))}</span>
          {endsAt ? (
            <span>
              {live ? words.until : words.ended} <Time at={endsAt} format="dateTime" />
            </span>
          ) : (
            <span>{words.untilRevoked}</span>
          )}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <LinkButton to={paths.grant(id)} size="small">
          {words.look}
        </LinkButton>
        {live && lends && (
          <ConfirmButton
            label={words.revoke}
            size="small"
            title={words.revokeTitle(hostname)}
            confirm={words.revoke}
            fields={{ intent: 'take-back', grant: id }}
          >
            <p>{words.revokeText(name)}</p>
          </ConfirmButton>
        )}
      </div>
    </li>
  )
}
