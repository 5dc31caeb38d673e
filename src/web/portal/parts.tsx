import { ArrowRight, CreditCard, Plus } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { Link } from 'react-router'
import { portalMessages } from '../messages/portal.ts'
import { paths } from '../paths.ts'
import { type ButtonSize, LinkButton, SubmitButton } from '../ui/button.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'

/** The way to the plans. */
export function OrderButton() {
  const words = useMessages(portalMessages).services
  return (
    <LinkButton to={paths.pricing(useLocale())} document variant="primary">
      <Plus aria-hidden="true" />
      {words.order}
    </LinkButton>
  )
}

/** Leads to the gateway's page. The loader of the page it stands on calls `allowPaymentRedirect`. */
export function PayButton({
  invoiceId,
  children,
  size,
}: {
  invoiceId: string
  children: ReactNode
  size?: ButtonSize
}) {
  const id = useId()
  return (
    <ActionForm id={id} action={paths.invoicePay(invoiceId)} summary={false}>
      <SubmitButton {...(size && { size })}>
        <CreditCard aria-hidden="true" />
        {children}
      </SubmitButton>
    </ActionForm>
  )
}

/** Has the link that confirms an email address sent again, and comes back to `next`. */
export function ResendButton({ next, children, size }: { next: string; children: ReactNode; size?: ButtonSize }) {
  const id = useId()
  return (
    <ActionForm id={id} action={paths.profile()} summary={false} className="justify-items-start">
      <input type="hidden" name="next" value={next} />
      <SubmitButton variant="secondary" {...(size && { size })} name="intent" value="resend">
        {children}
      </SubmitButton>
    </ActionForm>
  )
}

/** A heading of a board with the way to the whole list. */
export function BoardSection({
  title,
  all,
  children,
}: {
  title: string
  all?: string | undefined
  children: ReactNode
}) {
  const words = useMessages(portalMessages)
  return (
    <section className="min-w-0">
      <div className="mb-2.5 flex items-baseline justify-between gap-4">
        <h2 className="text-lg">{title}</h2>
        {all !== undefined && (
          <Link to={all} className="inline-flex min-h-6 items-center gap-1 text-md text-brand-ink hover:underline">
            {words.all}
            <ArrowRight aria-hidden="true" className="size-3.5" />
          </Link>
        )}
      </div>
      {children}
    </section>
  )
}
