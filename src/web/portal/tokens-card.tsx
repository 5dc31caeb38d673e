import { KeyRound } from 'lucide-react'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import type { TokenView } from './profile-tokens-page.tsx'

/** Tokens that work, each with what it may do and the way to end it. */
export function TokensCard({ title, tokens }: { title: string; tokens: readonly TokenView[] }) {
  const words = useMessages(portalProfileMessages).tokens
  return (
    <Card title={title} flush>
      {tokens.length === 0 ? (
        <EmptyState icon={KeyRound} title={words.empty} text={words.emptyText} />
      ) : (
        <ul>
          {tokens.map((token) => (
            <li
              key={token.id}
              className="flex items-center justify-between gap-4 border-b border-line px-5 py-3.5 last:border-b-0"
            >
              <div className="min-w-0">
                <p className="font-medium break-words">{token.name}</p>
                <TokenFacts token={token} />
              </div>
              <ConfirmButton
                label={words.revoke}
                size="small"
                title={words.revokeTitle(token.name)}
                confirm={words.revoke}
                fields={{ intent: 'revoke', token: token.id }}
              >
                <p>{words.revokeText}</p>
              </ConfirmButton>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function TokenFacts({ token }: { token: TokenView }) {
  const words = useMessages(portalProfileMessages).tokens
  const names = new Map<string, string>(Object.entries(words.scopes))
  const scopes = token.scopes?.map((scope) => names.get(scope) ?? scope)
  return (
    <div className="grid gap-0.5 text-sm text-muted">
      <p className="flex flex-wrap gap-x-3">
        <Code>ez_…{token.lastFour}</Code>
        {!token.own && <span>{words.of(token.userName)}</span>}
        <span>
          {words.created} <Time at={token.createdAt} />
        </span>
        <span>
          {token.lastUsedAt ? (
            <>
              {words.lastUsed} <Time at={token.lastUsedAt} />{' '}
              {token.lastUsedAddress && words.lastUsedFrom(token.lastUsedAddress)}
            </>
          ) : (
            words.never
          )}
        </span>
      </p>
      <p>{scopes ? scopes.join(' · ') : words.everything}</p>
      {(token.expiresAt !== null || token.addresses.length > 0) && (
        <p className="flex flex-wrap gap-x-3">
          {token.expiresAt !== null && (
            <span>
              {words.expires} <Time at={token.expiresAt} />
            </span>
          )}
          {token.addresses.length > 0 && (
            <span className="break-all">
              {words.onlyFrom} {token.addresses.join(', ')}
            </span>
          )}
        </p>
      )}
    </div>
  )
}
