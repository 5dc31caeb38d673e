import { Eye } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Form, Link } from 'react-router'
import type { App } from '#app/app.ts'
import type { SignedIn } from '#modules/accounts/session.ts'
import { actingMessages } from '../messages/acting.ts'
import { paths } from '../paths.ts'
import { useMessages } from '../ui/site.tsx'

/** What the bar needs to know; null while nobody looks as a customer. */
export const actingView = (app: App, signedIn: SignedIn | undefined) =>
  signedIn?.acting
    ? {
        id: signedIn.acting.id,
        customerName: signedIn.acting.customerName,
        secondsLeft: Math.max(0, Math.round(app.clock.now().until(signedIn.acting.until).total('seconds'))),
      }
    : null

const TICK_SECONDS = 15
const BUTTON = 'rounded-sm px-2 py-1 font-semibold underline underline-offset-2 hover:no-underline'

/** On every page while one of us looks as a customer: whose pages, how long still, and the way out. */
export function ActingBar({ acting, away = false }: { acting: ReturnType<typeof actingView>; away?: boolean }) {
  const words = useMessages(actingMessages)
  const seconds = useCountdown(acting?.secondsLeft ?? 0)
  if (!acting) return null
  return (
    <div className="sticky top-0 z-40 bg-brand text-on-brand" role="status">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 text-sm font-medium sm:px-6 lg:h-11">
        <Eye aria-hidden="true" className="size-4 shrink-0" />
        <p className="min-w-0 flex-1 basis-48 break-words max-sm:basis-4/5">
          {words.bar(acting.customerName)} · <span className="tabular">{words.left(Math.ceil(seconds / 60))}</span>
        </p>
        {away && (
          <Link to={paths.portal()} reloadDocument className={BUTTON}>
            {words.toPortal}
          </Link>
        )}
        <Form method="post" action={paths.staffActing()} reloadDocument>
          <button type="submit" className={BUTTON}>
            {words.leave}
          </button>
        </Form>
      </div>
    </div>
  )
}

/** Seconds that go by while the page stands open. */
function useCountdown(from: number): number {
  const [left, setLeft] = useState(from)
  useEffect(() => {
    setLeft(from)
    const timer = setInterval(() => {
      setLeft((each) => Math.max(0, each - TICK_SECONDS))
    }, TICK_SECONDS * 1_000)
    return () => {
      clearInterval(timer)
    }
  }, [from])
  return left
}
