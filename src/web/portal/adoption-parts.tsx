import { formatMoney } from '#platform/i18n.ts'
import { adoptionMessages } from '../messages/adoption.ts'
import { buttonClass, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import type { AdoptionView } from './adoption-view.ts'
import type { SubscriptionView } from './subscription-view.ts'
import { formatDay } from './view.ts'

/** Who bills it, what comes next, and what is late there. `staff` see the same in words for them. */
export function AdoptionNotices({ subscription, staff = false }: { subscription: SubscriptionView; staff?: boolean }) {
  const words = useMessages(adoptionMessages)
  const locale = useLocale()
  const { adoption, view, nextMinor, currency, paidUntil } = subscription
  if (!adoption || view === 'cancelled') return null
  const toStripe = !staff && (
    <ActionForm id="stripe" summary={false}>
      <input type="hidden" name="intent" value="stripe" />
      <SubmitButton variant="secondary">{words.change}</SubmitButton>
    </ActionForm>
  )
  const unpaid = adoption.invoices.find(({ status, url }) => status === 'open' && url !== null)
  return (
    <>
      {adoption.billedBy === 'gateway' && view === 'past_due' && (
        <Notice
          tone="bad"
          title={words.late}
          action={
            unpaid?.url && (
              <a href={unpaid.url} className={buttonClass({ variant: 'primary' })} rel="noreferrer">
                {staff ? words.see : words.payThere}
              </a>
            )
          }
        >
          {staff ? words.lateStaff : words.lateText}
        </Notice>
      )}
      {adoption.billedBy === 'gateway' && (
        <Notice title={words.byStripe} action={toStripe}>
          {adoption.renews && view !== 'ending'
            ? words.byStripeText(formatMoney(nextMinor, currency, locale), formatDay(paidUntil, locale))
            : words.byStripeEnds}
        </Notice>
      )}
      {adoption.billedBy === 'us' && adoption.paidElsewhere && adoption.movedFrom !== null && view !== 'ending' && (
        <Notice title={words.movesOn(formatDay(adoption.movedFrom, locale))}>{words.movesOnText}</Notice>
      )}
      {staff && adoption.wish && <Notice title={words.wish[adoption.wish]}>{words.wishText}</Notice>}
    </>
  )
}

/** Stripe's own invoices, each with its page there. */
export function StripeInvoices({ adoption, staff = false }: { adoption: AdoptionView; staff?: boolean }) {
  const words = useMessages(adoptionMessages)
  const locale = useLocale()
  return (
    <Card title={words.invoices} text={staff ? words.invoicesStaff : words.invoicesText} flush>
      {adoption.invoices.length === 0 ? (
        <p className="px-5 py-4 text-table text-muted">{words.noInvoices}</p>
      ) : (
        <ul aria-label={words.invoices} className="text-table">
          {adoption.invoices.map((invoice) => (
            <li
              key={invoice.id}
              className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-0.5 border-b border-line px-5 py-2 last:border-b-0"
            >
              <span className="min-w-0 basis-40 font-medium">
                {invoice.url ? (
                  <a href={invoice.url} className="link" rel="noreferrer">
                    {invoice.number ?? words.see}
                  </a>
                ) : (
                  (invoice.number ?? '–')
                )}
              </span>
              <span className="w-32 max-sm:w-auto">
                <StateBadge state={invoice.status} />
              </span>
              <span className="min-w-0 flex-1 text-muted tabular max-sm:basis-full">
                {formatDay(invoice.periodStart, locale)} – {formatDay(invoice.periodLast, locale)}
              </span>
              <Money minor={invoice.totalMinor} currency={invoice.currency} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
