import { Link2 } from 'lucide-react'
import type { ContinueAt } from '../auth/continue-at-provider.ts'
import { identityMessages } from '../messages/identities.ts'
import { buttonClass, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import type { IdentitiesView } from './identities-view.ts'

/** As whom somebody may log in; nothing at all where no provider is set up. */
export function IdentitiesCard({ view, answer }: { view: IdentitiesView; answer: FormState | ContinueAt | undefined }) {
  const words = useMessages(identityMessages).card
  if (view.length === 0) return null
  return (
    <div id="identities" className="scroll-mt-20">
      <Card title={words.title} text={words.text} flush>
        {answer && (
          <div className="border-b border-line p-5">
            {answer.ok ? <GoOn at={answer.continueAt} /> : <Notice tone="warn">{answer.message}</Notice>}
          </div>
        )}
        <ul>
          {view.map((provider) => (
            <Provider key={provider.name} provider={provider} />
          ))}
        </ul>
      </Card>
    </div>
  )
}

/** The way to the provider, as a link. */
export function GoOn({ at: { url, label, purpose } }: { at: ContinueAt['continueAt'] }) {
  const words = useMessages(identityMessages).card
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      {purpose === 'connect' && <p className="min-w-60 flex-1 text-muted">{words.goOn}</p>}
      <a href={url} className={buttonClass({ variant: 'primary', wide: purpose === 'confirm' })} autoFocus>
        {words.goOnTo(label)}
      </a>
    </div>
  )
}

function Provider({ provider: { name, label, offered, connected } }: { provider: IdentitiesView[number] }) {
  const words = useMessages(identityMessages).card
  return (
    <li className="flex items-center gap-4 border-b border-line px-5 py-3.5 last:border-b-0">
      <Link2 aria-hidden="true" className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{label}</p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          {connected?.email && <span className="break-all">{connected.email}</span>}
          <span>
            {connected ? (
              <>
                {words.connected} <Time at={connected.createdAt} />
              </>
            ) : (
              words.not
            )}
          </span>
          {connected?.lastUsedAt && (
            <span>
              {words.lastUsed} <Time at={connected.lastUsedAt} />
            </span>
          )}
          {!offered && <span>{words.gone}</span>}
        </p>
      </div>
      {connected ? (
        <ConfirmButton
          label={words.disconnect}
          size="small"
          title={words.disconnectTitle(label)}
          confirm={words.disconnect}
          fields={{ intent: 'identity-disconnect', identity: connected.id }}
        >
          <p>{words.disconnectText(label)}</p>
        </ConfirmButton>
      ) : (
        <ActionForm state={undefined} labels={{}}>
          <input type="hidden" name="intent" value="identity-connect" />
          <SubmitButton
            name="provider"
            value={name}
            size="small"
            variant="secondary"
            aria-label={words.connectTo(label)}
          >
            {words.connect}
          </SubmitButton>
        </ActionForm>
      )}
    </li>
  )
}
