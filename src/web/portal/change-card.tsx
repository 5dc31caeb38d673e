import { formatDate, formatMoney } from '#platform/i18n.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages, useSite } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { QuoteView } from './subscription-view.ts'
import { formatDay, formatRate } from './view.ts'

/** What a change costs, with every period, part and day, and the button that accepts it. */
export function ChangeCard({ quote }: { quote: QuoteView }) {
  const words = useMessages(subscriptionMessages)
  const { locale, timeZone } = useSite()
  const until = formatDate(quote.expiresAt, locale, timeZone, 'time')
  return (
    <Card title={words.quote} text={words.quoteUntil(until)}>
      <div className="grid gap-4">
        {!quote.waits && !quote.inTrial && (
          <>
            <Amounts title={words.newFrom(formatDay(quote.startsOn, locale))} rows={quote.charges} quote={quote} />
            {quote.credits.length > 0 && <Amounts title={words.unused} rows={quote.credits} quote={quote} minus />}
            <AlreadyOff names={quote.couponsToday} />
            <Days quote={quote} />
          </>
        )}
        <Totals quote={quote} />
        {quote.creditMinor > 0n && <p className="text-sm text-muted">{words.creditText}</p>}
        {quote.restarts && <Notice tone="warn">{words.restarts}</Notice>}
        <p className="text-sm text-muted">{effectOf(quote, words, locale)}</p>
        <ActionForm id="accept" summary={false}>
          <input type="hidden" name="intent" value="accept" />
          <input type="hidden" name="changeId" value={quote.id} />
          <SubmitButton wide>
            {quote.dueMinor > 0n
              ? words.acceptPay(formatMoney(quote.dueMinor, quote.currency, locale))
              : quote.waits
                ? words.acceptLater
                : words.accept}
          </SubmitButton>
        </ActionForm>
      </div>
    </Card>
  )
}

type Words = (typeof subscriptionMessages)['en']

function effectOf(quote: QuoteView, words: Words, locale: 'en' | 'de'): string {
  if (quote.inTrial) return [words.appliesAtOnce, words.trialGoesOn, words.renewalAnew].join(' ')
  const holds = quote.waits
    ? words.appliesOn(formatDay(quote.startsOn, locale))
    : quote.dueMinor > 0n
      ? words.applies
      : words.appliesAtOnce
  return [quote.newPeriod ? words.newPeriod : undefined, holds, words.renewalAnew].filter(Boolean).join(' ')
}

function Amounts({
  title,
  rows,
  quote,
  minus = false,
}: {
  title: string
  rows: QuoteView['charges']
  quote: QuoteView
  minus?: boolean
}) {
  return (
    <section>
      <h3 className="font-medium">{title}</h3>
      <dl className="mt-1 grid gap-1 text-table">
        {rows.map((row) => (
          <div key={row.description} className="flex justify-between gap-4">
            <dt className="min-w-0 break-words text-muted">
              {row.description}
              {row.quantity > 1 && ` × ${row.quantity}`}
            </dt>
            <dd className="shrink-0">
              <Money minor={minus ? -row.minor : row.minor} currency={quote.currency} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** The coupons whose discount is in the amounts above. */
function AlreadyOff({ names }: { names: readonly string[] }) {
  const words = useMessages(subscriptionMessages)
  return names.length > 0 && <p className="text-sm break-words text-muted">{words.alreadyOff(names.join(', '))}</p>
}

/** How many days of which period the amounts are for. */
function Days({ quote }: { quote: QuoteView }) {
  const words = useMessages(subscriptionMessages)
  const locale = useLocale()
  return (
    <ul className="grid gap-0.5 text-sm text-muted">
      {quote.periods.map(({ from, last, days, ofDays }) => (
        <li key={`${from} ${last}`}>
          {words.dayShare(days, ofDays, formatDay(from, locale), formatDay(last, locale))}
        </li>
      ))}
    </ul>
  )
}

function Totals({ quote }: { quote: QuoteView }) {
  const words = useMessages(subscriptionMessages)
  const locale = useLocale()
  const { currency } = quote
  return (
    <dl className="grid gap-2 border-t border-line pt-3">
      {quote.dueMinor > 0n && (
        <div className="flex justify-between gap-4 text-lg font-semibold">
          <dt>{words.dueNow}</dt>
          <dd>
            <Money minor={quote.dueMinor} currency={currency} />
          </dd>
        </div>
      )}
      {quote.dueMinor > 0n && (
        <div className="-mt-2 flex justify-between gap-4 text-sm text-muted">
          <dt>{words.taxIn(formatRate(quote.taxBasisPoints, locale))}</dt>
          <dd>
            <Money minor={quote.dueTaxMinor} currency={currency} />
          </dd>
        </div>
      )}
      {quote.dueMinor === 0n && (
        <div className="flex justify-between gap-4 text-lg font-semibold">
          <dt>{quote.creditMinor > 0n ? words.creditBack : words.nothingDue}</dt>
          <dd>
            <Money minor={quote.creditMinor} currency={currency} />
          </dd>
        </div>
      )}
      <div className="flex justify-between gap-4">
        <dt>{words.nextRenewal(formatDay(quote.nextOn, locale))}</dt>
        <dd>
          <Money minor={quote.nextMinor} currency={currency} />
        </dd>
      </div>
      {quote.couponsNext.length > 0 && (
        <div className="-mt-2">
          <dt className="sr-only">{words.coupons}</dt>
          <dd>
            <AlreadyOff names={quote.couponsNext} />
          </dd>
        </div>
      )}
    </dl>
  )
}
