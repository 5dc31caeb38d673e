import { formatMoney, formatNumber } from '#platform/i18n.ts'
import { buyMessages } from '../messages/buy.ts'
import { shopMessages } from '../messages/shop.ts'
import { usePeriodWords } from '../ui/period.ts'
import { useSite, useMessages } from '../ui/site.tsx'
import { Money, Time } from '../ui/values.tsx'
import type { SummaryView } from './quote-view.ts'

/** Every line, the tax, what is paid today and what will be paid next. `names` tells several servers apart. */
export function OrderSummary({ view, names = true }: { view: SummaryView; names?: boolean }) {
  const { summary: words, coupon } = useMessages(buyMessages)
  const periodWords = usePeriodWords()
  const { free } = useMessages(shopMessages)
  const { locale } = useSite()
  const labelled = (label: (percent: string, name: string) => string) =>
    view.taxes.map((tax) => (
      <Row key={tax.name} label={label(formatNumber(tax.percent, locale), tax.name)}>
        <Money minor={tax.taxMinor} currency={view.currency} />
      </Row>
    ))
  return (
    <div className="text-md">
      <ul className="grid gap-4">
        {view.items.map((item, index) => (
          <li key={index}>
            {names && <p className="mb-1 font-medium break-words">{item.hostname}</p>}
            <ul className="grid gap-1">
              {item.lines.map((line) => (
                <li key={line.name} className="flex items-baseline justify-between gap-4">
                  <span className="min-w-0">
                    {line.name}
                    {line.quantity > 1 && <span className="text-muted"> {words.times(line.quantity)}</span>}
                    <span className="block text-sm text-muted">
                      {line.once ? words.once : periodWords(item.period).per}
                      {!line.once && item.trialDays !== null && `, ${words.trial(item.trialDays)}`}
                    </span>
                  </span>
                  <span className="shrink-0 text-right">
                    <Money minor={line.amountMinor} currency={view.currency} />
                    {line.discountMinor > 0n && (
                      <span className="block text-sm text-ok">
                        <Money minor={-line.discountMinor} currency={view.currency} />
                      </span>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <dl className="mt-4 grid gap-1.5 border-t border-line pt-4">
        {view.discountMinor > 0n && (
          <Row label={coupon.discounts}>
            <Money minor={-view.discountMinor} currency={view.currency} />
          </Row>
        )}
        {!view.included && (
          <Row label={words.subtotal}>
            <Money minor={view.subtotalMinor} currency={view.currency} />
          </Row>
        )}
        {!view.included && !view.untaxed && labelled(words.taxAdded)}
        {view.removedMinor > 0n && (
          <Row label={words.taxRemoved}>
            <Money minor={-view.removedMinor} currency={view.currency} />
          </Row>
        )}
        <div className="flex items-baseline justify-between gap-4">
          <dt className="text-body font-semibold">{words.today}</dt>
          <dd data-total className="text-xl font-semibold tracking-tight">
            <Money minor={view.totalMinor} currency={view.currency} />
          </dd>
        </div>
        {view.included && !view.untaxed && labelled(words.taxIncluded)}
      </dl>
      {view.untaxed && <p className="mt-1.5 text-sm text-muted">{words.untaxed[view.untaxed]}</p>}
      <dl className="mt-4 grid gap-1.5 border-t border-line pt-4 text-sm text-muted">
        {view.renewals.map((renewal) => (
          <div
            key={`${renewal.period} ${renewal.trialDays}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4"
          >
            <dt>
              {renewal.trialDays === null
                ? words.renews(periodWords(renewal.period).adverb)
                : words.firstPayment(periodWords(renewal.period).adverb)}
            </dt>
            <dd className="tabular">
              {renewal.amountMinor === 0n ? free : formatMoney(renewal.amountMinor, view.currency, locale)},{' '}
              <Time at={renewal.at} format="date" />
            </dd>
          </div>
        ))}
      </dl>
      {view.stays && <p className="mt-1.5 text-sm text-muted">{words.never}</p>}
    </div>
  )
}

const Row = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div className="flex items-baseline justify-between gap-4 text-muted">
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)
