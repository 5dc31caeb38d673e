import { periodWords } from '#modules/catalog/interval.ts'
import type { Locale } from '#platform/i18n.ts'
import { adoptionMessages } from '../messages/adoption.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { type Fact, KeyValue, Money, Time } from '../ui/values.tsx'
import type { AdoptionView } from './adoption-view.ts'
import type { SubscriptionRow, SubscriptionView } from './subscription-view.ts'
import { formatDay } from './view.ts'

/** How often something is paid for, after its price. */
export function Every({ of }: { of: Pick<SubscriptionRow, 'intervalUnit' | 'intervalCount'> }) {
  const words = useMessages(subscriptionMessages)
  const locale = useLocale()
  return (
    <span className="text-muted">
      {of.intervalCount === 1 ? words.every[of.intervalUnit] : periodWords(of, locale).every}
    </span>
  )
}

/** What a period consists of, part by part, at the price agreed. */
export function AgreedCard({ subscription }: { subscription: SubscriptionView }) {
  const words = useMessages(subscriptionMessages)
  const { currency } = subscription
  return (
    <Card title={words.agreed} text={words.agreedText} flush>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-table">
          <thead>
            <tr className="border-b border-line text-muted [&>th]:px-5 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">{words.part}</th>
              <th scope="col" className="text-right">
                {words.quantity}
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                {words.unit}
              </th>
              <th scope="col" className="text-right">
                {words.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {subscription.items.map((item) => (
              <tr key={item.id} className="border-b border-line [&>td]:px-5 [&>td]:py-2.5 [&>td]:align-top">
                <td>{item.description}</td>
                <td className="text-right tabular">{item.quantity}</td>
                <td className="text-right max-sm:hidden">
                  <Money minor={item.unitMinor} currency={currency} />
                </td>
                <td className="text-right">
                  <Money minor={item.amountMinor} currency={currency} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="[&>*]:px-5 [&>*]:py-2.5 [&>*]:font-semibold">
              <th scope="row" colSpan={2} className="text-left">
                {words.total}{' '}
                <span className="font-normal text-muted">
                  {subscription.pricesIncludeTax ? words.withTax : words.withoutTax}
                </span>
              </th>
              <td className="max-sm:hidden" />
              <td className="text-right">
                <Money minor={subscription.amountMinor} currency={currency} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </Card>
  )
}

/** Period, next charge and the reason why it ends. */
export function SubscriptionFacts({
  subscription,
  first = [],
}: {
  subscription: SubscriptionView
  first?: readonly Fact[]
}) {
  const words = useMessages(subscriptionMessages)
  const locale = useLocale()
  const adoptions = useMessages(adoptionMessages)
  const { view, currency } = subscription
  const stays = subscription.intervalUnit === 'once'
  const facts: Fact[] = [
    ...first,
    {
      label: subscription.inTrial ? words.trial : words.period,
      value: stays
        ? words.staysSince(formatDay(subscription.periodStart, locale))
        : words.periodOf(formatDay(subscription.periodStart, locale), formatDay(subscription.periodLast, locale)),
    },
    ...(stays && view === 'active' ? [{ label: words.next, value: words.paidOnce }] : []),
    ...(view === 'cancelled' || view === 'ending' || stays
      ? []
      : [
          {
            label: words.next,
            value: (
              <>
                <Money minor={subscription.nextMinor} currency={currency} className="font-medium" />{' '}
                <Every of={subscription} />, {formatDay(subscription.paidUntil, locale)}
              </>
            ),
          },
        ]),
    ...(subscription.adoption
      ? [{ label: adoptions.billedBy, value: billedByWords(adoptions, subscription.adoption, locale) }]
      : []),
    ...(subscription.cancelReason
      ? [
          {
            label: words.whyEnded,
            value: [reasonWords(words.reasons, subscription.cancelReason), subscription.cancelNote]
              .filter(Boolean)
              .join(': '),
          },
        ]
      : []),
    { label: words.created, value: <Time at={subscription.createdAt} format="date" /> },
  ]
  return (
    <Card title={words.facts}>
      <KeyValue facts={facts} />
    </Card>
  )
}

function billedByWords(
  words: (typeof adoptionMessages)['en'],
  { billedBy, paidElsewhere, movedFrom }: AdoptionView,
  locale: Locale,
): string {
  if (billedBy === 'gateway') return words.stripe
  return paidElsewhere && movedFrom ? words.usFrom(formatDay(movedFrom, locale)) : words.us
}

const reasonWords = (reasons: Record<string, string>, reason: string): string => reasons[reason] ?? reason
