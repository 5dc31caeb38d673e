import { KeyRound } from 'lucide-react'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import type { TokenView } from './profile-tokens-page.tsx'

/** Tokens that work, each with the way to end it. */
export function TokensCard({ tokens }: { tokens: readonly TokenView[] }) {
  const words = useMessages(portalProfileMessages).tokens
  return (
    <Card title={words.list} flush>
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
                <p className="flex flex-wrap gap-x-3 text-sm text-muted">
                  <Code>ez_…{token.lastFour}</Code>
                  <span>
                    {words.created} <Time at={token.createdAt} />
                  </span>
                  <span>
                    {token.lastUsedAt ? (
                      <>
                        {words.lastUsed} <Time at={token.lastUsedAt} />
                      </>
                    ) : (
                      words.never
                    )}
                  </span>
                </p>
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
