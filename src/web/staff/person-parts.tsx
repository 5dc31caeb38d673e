import { Monitor, SquareTerminal } from 'lucide-react'
import { useId } from 'react'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Select } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import type { PersonData } from './person-page.tsx'

/** Which role a colleague has, and another one for them. */
export function PersonRole({ loaded: { person, roles, mayManage, own } }: { loaded: PersonData }) {
  const { person: words, people } = useMessages(staffPeopleMessages)
  if (person.state === 'ended') return null
  return (
    <Card title={words.roleTitle} text={words.roleText}>
      {mayManage ? (
        <ActionForm id="role" labels={{ role: people.role }} className="max-w-sm" summary={false}>
          <input type="hidden" name="do" value="role" />
          <Select name="role" options={roles} {...(person.role && { initial: person.role })} />
          <FormActions>
            <SubmitButton variant="secondary">{words.change}</SubmitButton>
          </FormActions>
        </ActionForm>
      ) : (
        <p>
          {person.roleName}
          {own && <span className="block text-sm text-muted">{words.roleOwn}</span>}
        </p>
      )}
    </Card>
  )
}

/** Where a colleague is signed in; each can be ended, or all at once. */
export function PersonSessions({ loaded: { sessions, mayManage } }: { loaded: PersonData }) {
  const words = useMessages(staffPeopleMessages).person
  return (
    <Card
      title={words.sessions}
      text={words.sessionsText}
      flush
      actions={
        mayManage &&
        sessions.length > 0 && (
          <ActionForm id="all-sessions" summary={false}>
            <SubmitButton variant="secondary" size="small" name="do" value="sign-out">
              {words.signOutAll}
            </SubmitButton>
          </ActionForm>
        )
      }
    >
      {sessions.length === 0 && <p className="px-5 py-4 text-table text-muted">{words.noSessions}</p>}
      <ul className="text-table">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} mayEnd={mayManage} />
        ))}
      </ul>
    </Card>
  )
}

function SessionRow({ session, mayEnd }: { session: PersonData['sessions'][number]; mayEnd: boolean }) {
  const words = useMessages(staffPeopleMessages).person
  const id = useId()
  const known = [session.browser, session.system].filter(Boolean).join(', ')
  const name = session.program ?? (known === '' ? words.unknown : known)
  const Icon = session.program === undefined ? Monitor : SquareTerminal
  return (
    <li className="flex items-center gap-3 border-b border-line px-5 py-2.5 last:border-b-0">
      <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{name}</p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          {session.address && <Code>{session.address}</Code>}
          <span>
            {words.lastSeen} <Time at={session.lastSeenAt} />
          </span>
        </p>
      </div>
      {mayEnd && (
        <ActionForm id={id} summary={false}>
          <input type="hidden" name="do" value="sign-out" />
          <SubmitButton
            variant="secondary"
            size="small"
            name="session"
            value={session.id}
            aria-label={words.signOutOf(name)}
          >
            {words.signOut}
          </SubmitButton>
        </ActionForm>
      )}
    </li>
  )
}

/** What takes something away from a colleague, apart from the rest. */
export function PersonDanger({ person }: { person: PersonData['person'] }) {
  const words = useMessages(staffPeopleMessages).person
  return (
    <Card title={words.danger}>
      <div className="grid divide-y divide-line [&>*]:py-4 [&>*:first-child]:pt-1 [&>*:last-child]:pb-0">
        {person.secondFactor && (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="min-w-0 flex-1 basis-64">
              <span className="block font-medium">{words.reset}</span>
              <span className="block text-sm text-muted">{words.resetText}</span>
            </p>
            <ConfirmButton
              label={words.reset}
              title={words.resetTitle(person.name)}
              confirm={words.reset}
              fields={{ do: 'reset' }}
            >
              <p>{words.resetConsequence}</p>
            </ConfirmButton>
          </div>
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 flex-1 basis-64">
            <span className="block font-medium">{words.end}</span>
            <span className="block text-sm text-muted">{words.endText}</span>
          </p>
          <ConfirmButton
            label={words.end}
            variant="danger"
            title={words.endTitle(person.name)}
            confirm={words.end}
            fields={{ do: 'end' }}
            typed={{ label: words.endType(person.email), value: person.email }}
          >
            <p>{words.endConsequence}</p>
          </ConfirmButton>
        </div>
      </div>
    </Card>
  )
}
