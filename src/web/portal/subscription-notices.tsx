import { formatDate, formatMoney } from '#platform/i18n.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages, useSite } from '../ui/site.tsx'
import { AdoptionNotices } from './adoption-parts.tsx'
import type { SubscriptionView } from './subscription-view.ts'
import { formatDay } from './view.ts'

/** What is to be known first: a change that waits, an end that comes, money that is missing. `invoice` leads to a document. */
export function SubscriptionNotices({
  subscription,
  refused,
  may,
  invoice,
  staff = false,
}: {
  subscription: SubscriptionView
  refused: string | undefined
  may: { change: boolean; cancel: boolean }
  invoice: (invoiceId: string) => string
  staff?: boolean
}) {
  const words = useMessages(subscriptionMessages)
  const { locale, timeZone } = useSite()
  const { change, coming, view, cancelOn, currency } = subscription
  const goesOn = view === 'active' || view === 'past_due'
  return (
    <div className="grid gap-3 empty:hidden">
      {refused !== undefined && (
        <Notice tone="warn" title={words.cannot} live>
          {refused}
        </Notice>
      )}
      {change?.state === 'awaiting_payment' && (
        <Notice
          tone="warn"
          title={words.awaiting}
          action={
            <div className="flex flex-wrap gap-2">
              {change.invoiceId && (
                <LinkButton to={invoice(change.invoiceId)} variant="primary">
                  {words.pay}
                </LinkButton>
              )}
              {may.change && <Act intent="withdraw" label={words.takeBack} changeId={change.id} />}
            </div>
          }
        >
          {change.lapsesAt && words.awaitingText(formatDate(change.lapsesAt, locale, timeZone, 'dateTime'))}
        </Notice>
      )}
      {change?.state === 'scheduled' && (
        <Notice
          title={words.scheduled(formatDay(change.startsOn, locale))}
          action={may.change && <Act intent="withdraw" label={words.takeBack} changeId={change.id} />}
        >
          {words.scheduledText}
        </Notice>
      )}
      {coming && goesOn && (
        <Notice title={words.coming(formatDay(coming.from, locale))}>
          {words.comingText(
            formatMoney(subscription.amountMinor, currency, locale),
            formatMoney(coming.amountMinor, currency, locale),
          )}
        </Notice>
      )}
      {view === 'ending' && cancelOn && (
        <Notice
          tone="warn"
          title={words.ending(formatDay(cancelOn, locale))}
          action={may.cancel && <Act intent="undo" label={words.undo} />}
        >
          {words.endingText}
        </Notice>
      )}
      {subscription.inTrial && view === 'active' && (
        <Notice title={words.trialTitle(formatDay(subscription.paidUntil, locale))}>
          {words.trialText(
            formatMoney(subscription.nextMinor, subscription.currency, locale),
            formatDay(subscription.paidUntil, locale),
          )}
        </Notice>
      )}
      {view === 'past_due' && subscription.adoption?.billedBy !== 'gateway' && (
        <Notice tone="bad" title={words.pastDue}>
          {words.pastDueText}
        </Notice>
      )}
      <AdoptionNotices subscription={subscription} staff={staff} />
      {view === 'cancelled' && <Notice title={words.ended} />}
    </div>
  )
}

function Act({ intent, label, changeId }: { intent: string; label: string; changeId?: string }) {
  return (
    <ActionForm id={intent} summary={false}>
      <input type="hidden" name="intent" value={intent} />
      {changeId && <input type="hidden" name="changeId" value={changeId} />}
      <SubmitButton variant="secondary">{label}</SubmitButton>
    </ActionForm>
  )
}
