import { KeyRound } from 'lucide-react'
import { passkeyMessages } from '../messages/passkeys.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import type { PasskeyState } from './passkey-actions.ts'
import { PasskeyPanel } from './passkey-panels.tsx'
import type { PasskeysView, PasskeyView } from './passkeys-view.ts'
import { useSecurityPath } from './security-path.ts'

/** The passkeys somebody has, and the one thing that is being done about them. */
export function PasskeysCard({ view, answer }: { view: PasskeysView; answer: PasskeyState | undefined }) {
  const words = useMessages(passkeyMessages).card
  const busy = view.act !== undefined || view.changing !== undefined
  return (
    <div id="passkeys" className="scroll-mt-20">
      <Card title={words.title} text={words.text} flush>
        {!view.available && (
          <div className="p-5">
            <Notice tone="warn">{words.unavailable}</Notice>
          </div>
        )}
        {view.list.length > 0 && (
          <ul>
            {view.list.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} />
            ))}
          </ul>
        )}
        {busy ? <PasskeyPanel key={view.act ?? view.changing} view={view} answer={answer} /> : <Foot view={view} />}
      </Card>
    </div>
  )
}

function PasskeyRow({ passkey }: { passkey: PasskeyView }) {
  const words = useMessages(passkeyMessages).card
  const securityPath = useSecurityPath()
  return (
    <li className="flex items-center gap-4 border-b border-line px-5 py-3.5">
      <KeyRound aria-hidden="true" className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
          <span className="min-w-0 break-words">{passkey.name}</span>
          <Badge tone="plain">{passkey.synced ? words.synced : words.device}</Badge>
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <span>
            {words.created} <Time at={passkey.createdAt} />
          </span>
          <span>
            {passkey.lastUsedAt ? (
              <>
                {words.lastUsed} <Time at={passkey.lastUsedAt} />
              </>
            ) : (
              words.never
            )}
          </span>
        </p>
      </div>
      <LinkButton
        to={`${securityPath(passkey.id)}#passkeys`}
        size="small"
        preventScrollReset
        aria-label={words.changeOf(passkey.name)}
      >
        {words.change}
      </LinkButton>
    </li>
  )
}

/** Adding one, and whether one is asked for after the password. */
function Foot({ view: { available, list, factor, ownCodes } }: { view: PasskeysView }) {
  const { card, factor: words } = useMessages(passkeyMessages)
  const few = factor.recoveryCodesLeft < 3
  const securityPath = useSecurityPath()
  const at = (act: string): string => `${securityPath(act)}#passkeys`
  return (
    <div className="grid gap-5 px-5 py-4">
      {list.length === 0 && available && <p className="text-muted">{card.empty}</p>}
      {available && (
        <div>
          <LinkButton to={at('add')} preventScrollReset className="noscript:hidden">
            {card.add}
          </LinkButton>
          <p className="hidden text-muted noscript:block">{card.needsScript}</p>
        </div>
      )}
      {(list.length > 0 || factor.on) && (
        <div className="border-t border-line pt-4">
          <h3 className="font-medium">{words.title}</h3>
          <p className="mt-0.5 text-sm text-muted">
            {factor.on ? words.on : words.off}
            {factor.on && ownCodes && (
              <>
                {' '}
                <span className={few ? 'font-medium text-warn' : undefined}>
                  {words.left(factor.recoveryCodesLeft)}.
                </span>
              </>
            )}
          </p>
          <div className="mt-3 flex flex-wrap gap-2">
            <LinkButton to={at(factor.on ? 'stop' : 'ask')} size="small" preventScrollReset>
              {factor.on ? words.stop : words.start}
            </LinkButton>
            {factor.on && ownCodes && (
              <LinkButton to={at('codes')} size="small" preventScrollReset>
                {words.codes}
              </LinkButton>
            )}
          </div>
        </div>
      )}
    </div>
  )
}
