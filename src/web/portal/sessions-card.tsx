import { Monitor, Smartphone, SquareTerminal } from 'lucide-react'
import { useId } from 'react'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import type { SessionView } from './profile-security-page.tsx'

/** Browsers and programs that are signed in. This browser signs out by the menu, so that nobody does it by mistake. */
export function SessionsCard({ sessions }: { sessions: readonly SessionView[] }) {
  const words = useMessages(portalProfileMessages).security
  const others = sessions.some((session) => !session.here)
  return (
    <Card title={words.sessions} text={words.sessionsText} flush>
      <ul>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {others && (
        <ActionForm
          id="other-sessions"
          summary={false}
          className="justify-items-start border-t border-line px-5 py-3.5"
        >
          <SubmitButton variant="secondary" size="small" name="intent" value="end-others">
            {words.signOutOthers}
          </SubmitButton>
        </ActionForm>
      )}
    </Card>
  )
}

function SessionRow({ session }: { session: SessionView }) {
  const words = useMessages(portalProfileMessages).security
  const id = useId()
  const name = nameOf(session, words)
  const Icon = session.program
    ? SquareTerminal
    : /iP(hone|ad)|Android/.test(session.system ?? '')
      ? Smartphone
      : Monitor
  return (
    <li className="flex items-center gap-4 border-b border-line px-5 py-3.5 last:border-b-0">
      <Icon aria-hidden="true" className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
          <span className="break-words">{name}</span>
          {session.here && <Badge tone="ok">{words.here}</Badge>}
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          {session.address && <Code>{session.address}</Code>}
          <span>
            {words.signedIn} <Time at={session.createdAt} />
          </span>
          {!session.here && (
            <span>
              {words.lastSeen} <Time at={session.lastSeenAt} />
            </span>
          )}
        </p>
      </div>
      {!session.here && (
        <ActionForm id={id} summary={false}>
          <input type="hidden" name="intent" value="end" />
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

/** What a browser or program is called. */
export function nameOf(
  { browser, system, program }: Pick<SessionView, 'browser' | 'system' | 'program'>,
  words: (typeof portalProfileMessages)['en']['security'],
): string {
  if (program !== undefined) return program
  if (browser !== undefined && system !== undefined) return words.on(browser, system)
  return browser ?? system ?? words.unknown
}
