import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { portalMessages } from '../messages/portal.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { cx } from '../ui/cx.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import type { HomeData } from './home-page.tsx'
import { ResendButton } from './parts.tsx'

/** What a new customer does first. Nothing stops anybody from ordering at once. */
export function FirstSteps({ home: { email, verified, hasDetails } }: { home: HomeData }) {
  const words = useMessages(portalMessages).firstSteps
  const locale = useLocale()
  return (
    <Card title={words.title} text={words.text} flush>
      <ol>
        <Step
          number={1}
          done={verified}
          title={words.confirm}
          text={verified ? words.confirmed(email) : words.confirmText(email)}
          action={<ResendButton next={paths.portal()}>{words.resend}</ResendButton>}
        />
        <Step
          number={2}
          done={hasDetails}
          title={words.details}
          text={hasDetails ? words.detailsDone : words.detailsText}
          action={<LinkButton to={paths.profileBilling()}>{words.detailsAction}</LinkButton>}
        />
        <Step
          number={3}
          title={words.order}
          text={words.orderText}
          action={
            <LinkButton to={paths.pricing(locale)} document variant="primary">
              {words.orderAction}
            </LinkButton>
          }
        />
      </ol>
    </Card>
  )
}

function Step({
  number,
  done = false,
  title,
  text,
  action,
}: {
  number: number
  done?: boolean
  title: string
  text: string
  action: ReactNode
}) {
  const words = useMessages(portalMessages).firstSteps
  return (
    <li className="flex gap-4 border-b border-line px-5 py-5 last:border-b-0">
      <span
        aria-hidden="true"
        className={cx(
          'grid size-7 shrink-0 place-items-center rounded-full text-md font-semibold tabular',
          done ? 'bg-ok text-surface' : 'bg-brand-tint text-brand-ink',
        )}
      >
        {done ? <Check className="size-4" strokeWidth={3} /> : number}
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="font-medium">
            {title}
            {done && <span className="sr-only">, {words.done}</span>}
          </h3>
          <p className="mt-0.5 text-muted">{text}</p>
        </div>
        {!done && action}
      </div>
    </li>
  )
}
