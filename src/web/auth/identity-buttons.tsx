import { identityMessages } from '../messages/identities.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useMessages } from '../ui/site.tsx'

export type ProviderView = { name: string; label: string }

/** The other ways in, where there are any: each a link, so that they work without scripts. */
export function IdentityButtons({
  providers,
  next,
  afterPasskey = false,
}: {
  providers: readonly ProviderView[]
  next: string | undefined
  /** Below the button for passkeys, which is not there without scripts. */
  afterPasskey?: boolean
}) {
  const words = useMessages(identityMessages)
  if (providers.length === 0) return null
  return (
    <>
      <p
        className={cx(
          afterPasskey ? 'hidden noscript:flex' : 'flex',
          'my-4 items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line',
        )}
      >
        {words.or}
      </p>
      <div className={cx('grid gap-2.5', afterPasskey && 'mt-2.5 noscript:mt-0')}>
        {providers.map(({ name, label }) => (
          <a key={name} href={paths.loginWith(name, next)} className={buttonClass({ wide: true })}>
            {words.with(label)}
          </a>
        ))}
      </div>
    </>
  )
}
