import { WifiOff } from 'lucide-react'
import { useNavigation } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import { useOnline } from './live.ts'
import { useMessages } from './site.tsx'

/** A thin bar on top while the next page loads, and a word when the connection is gone. */
export function PageBar() {
  const words = useMessages(kitMessages)
  const busy = useNavigation().state !== 'idle'
  const online = useOnline()
  return (
    <>
      <div
        aria-hidden="true"
        className={cx(
          'pointer-events-none fixed inset-x-0 top-0 z-50 h-0.5 origin-left bg-brand transition-all duration-180',
          busy ? 'scale-x-75 opacity-100 delay-150 duration-[4s]' : 'scale-x-0 opacity-0',
        )}
      />
      {!online && (
        <p
          role="status"
          className="flex items-center justify-center gap-2 bg-warn-tint px-4 py-2 text-sm font-medium text-warn"
        >
          <WifiOff aria-hidden="true" className="size-4" />
          {words.offline}
        </p>
      )}
    </>
  )
}
