import { useId } from 'react'
import { teamMessages } from '../messages/team.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Select } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import type { TeamData } from './team-page.tsx'

/** Everybody who shares the account, with what whoever looks may change about them. */
export function MembersCard({ team }: { team: TeamData }) {
  const words = useMessages(teamMessages).members
  return (
    <Card title={words.title} flush>
      <ul>
        {team.members.map((member) => (
          <MemberRow key={member.userId} member={member} team={team} />
        ))}
      </ul>
    </Card>
  )
}

function MemberRow({ member, team }: { member: TeamData['members'][number]; team: TeamData }) {
  const { members: words, roles } = useMessages(teamMessages)
  return (
    <li className="grid gap-3 border-b border-line px-5 py-4 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
          <span className="break-words">{member.name}</span>
          {member.isMe && <Badge tone="info">{words.you}</Badge>}
          {!(member.changeable && !member.isMe) && <Badge>{roles[member.role]}</Badge>}
        </p>
        <p className="text-sm break-words text-muted">{member.email}</p>
        <p className="mt-0.5 flex flex-wrap gap-x-3 text-sm text-muted">
          <span>
            {words.joined} <Time at={member.createdAt} format="date" />
          </span>
          <span>
            {member.lastSeenAt ? (
              <>
                {words.seen} <Time at={member.lastSeenAt} />
              </>
            ) : (
              words.never
            )}
          </span>
          <span className={member.hasSecondFactor ? '' : 'text-warn'}>
            {member.hasSecondFactor ? words.secondFactor : words.noSecondFactor}
          </span>
        </p>
      </div>
      <MemberActions member={member} team={team} />
    </li>
  )
}

function MemberActions({ member, team }: { member: TeamData['members'][number]; team: TeamData }) {
  const { members: words, roles } = useMessages(teamMessages)
  const id = useId()
  const { name, userId } = member
  if (member.isMe)
    return team.members.length === 1 ? null : (
      <div className="self-center">
        <ConfirmButton
          label={words.leave}
          size="small"
          title={words.leaveTitle(team.customerName)}
          confirm={words.leave}
          fields={{ intent: 'leave' }}
        >
          <p>{words.leaveText}</p>
        </ConfirmButton>
      </div>
    )
  if (!member.changeable) return null
  return (
    <div className="flex flex-wrap items-center gap-2 self-center">
      <ActionForm id={id} summary={false}>
        <div className="flex items-center gap-2">
          <input type="hidden" name="intent" value="role" />
          <input type="hidden" name="user" value={userId} />
          <Select
            name="role"
            label={words.role(name)}
            hideLabel
            initial={member.role}
            options={team.givable.map((role) => ({ value: role, label: roles[role] }))}
          />
          <SubmitButton size="small" variant="secondary">
            {words.change}
          </SubmitButton>
        </div>
      </ActionForm>
      <ConfirmButton
        label={words.remove}
        size="small"
        title={words.removeTitle(name)}
        confirm={words.remove}
        fields={{ intent: 'remove', user: userId }}
      >
        <p>{words.removeText}</p>
      </ConfirmButton>
    </div>
  )
}
