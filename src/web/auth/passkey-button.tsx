import { KeyRound } from 'lucide-react'
import { passkeyMessages } from '../messages/passkeys.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useMessages } from '../ui/site.tsx'
import { Spinner } from '../ui/spinner.tsx'
import type { PasskeyReply } from './passkey-form.ts'

/** The button that signs in with a passkey. It needs scripts, and says so where there are none. */
export function PasskeyButton({
  label,
  reply = {},
  next,
  offer = false,
  first = false,
}: {
  label: string
  reply?: PasskeyReply | undefined
  next: string | undefined
  /** Also among what the browser fills in. */
  offer?: boolean
  /** Stands before the other way, as the better one. */
  first?: boolean
}) {
  const words = useMessages(passkeyMessages)
  const or = (
    <div className={cx('flex items-center gap-3 text-sm text-muted', first ? 'my-5' : 'mb-5')} aria-hidden="true">
      <span className="h-px flex-1 bg-line" />
      {words.or}
      <span className="h-px flex-1 bg-line" />
    </div>
  )
  return (
    <ez-passkey
      class={first ? 'block' : 'mt-5 block'}
      data-question={reply.question}
      data-offer={offer ? '' : undefined}
      data-cancelled={words.trouble.cancelled}
      data-unsupported={words.trouble.unsupported}
      data-failed={words.trouble.failed}
    >
      {!first && or}
      <form method="post" id="passkey" className="noscript:hidden">
        <input type="hidden" name="intent" value="passkey" />
        <input type="hidden" name="passkey" value="" />
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <button
          type="button"
          className={cx(
            buttonClass({ wide: true, variant: first ? 'primary' : 'secondary' }),
            'group aria-busy:opacity-55',
          )}
        >
          <KeyRound aria-hidden="true" className="group-aria-busy:hidden" />
          <span className="hidden group-aria-busy:inline">
            <Spinner />
          </span>
          {label}
        </button>
      </form>
      <p role="alert" className="mt-3 text-md font-medium text-bad empty:hidden">
        {reply.refused}
      </p>
      <p className="hidden text-center text-md text-muted noscript:block">{words.needsScript}</p>
      {first && or}
    </ez-passkey>
  )
}
