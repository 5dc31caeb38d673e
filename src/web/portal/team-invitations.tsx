import { teamMessages } from '../messages/team.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import type { TeamData } from './team-page.tsx'

/** Mails nobody has answered yet. */
export function InvitationsCard({ team }: { team: TeamData }) {
  const { invitations: words, roles } = useMessages(teamMessages)
  return (
    <Card title={words.title} flush>
      <ul>
        {team.invitations.map(({ id, email, role, hostname, inviterName, expiresAt, over }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-5 py-3.5 last:border-b-0"
          >
            <div className="min-w-0 flex-1 basis-56">
              <p className="font-medium break-words">{email}</p>
              <p className="flex flex-wrap gap-x-3 text-sm text-muted">
                <span>{role ? words.as(roles[role]) : words.lends(hostname ?? '')}</span>
                <span>{words.by(inviterName)}</span>
                {over ? (
                  <span className="text-warn">{words.over}</span>
                ) : (
                  <span>
                    {words.until} <Time at={expiresAt} format="date" />
                  </span>
                )}
              </p>
            </div>
            {(role ? team.manages : team.lends) && (
              <ConfirmButton
                label={words.revoke}
                size="small"
                title={words.revokeTitle(email)}
                confirm={words.revoke}
                fields={{ intent: 'revoke', invitation: id }}
              >
                <p>{words.revokeText}</p>
              </ConfirmButton>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
