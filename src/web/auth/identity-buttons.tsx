import { identityMessages } from '../messages/identities.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { useMessages } from '../ui/site.tsx'

export type ProviderView = { name: string; label: string }

/** The other ways in, where there are any: each a link, so that they work without scripts. */
export function IdentityButtons({ providers, next }: { providers: readonly ProviderView[]; next: string | undefined }) {
  const words = useMessages(identityMessages)
  if (providers.length === 0) return null
  return (
    <>
      <p className="my-4 flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {words.or}
      </p>
      <div className="grid gap-2.5">
        {providers.map(({ name, label }) => (
          <a key={name} href={paths.loginWith(name, next)} className={buttonClass({ wide: true })}>
            {words.with(label)}
          </a>
        ))}
      </div>
    </>
  )
}
