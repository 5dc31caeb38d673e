import type { ReactNode } from 'react'
import { formatMoney, formatNumber, type Locale } from '#platform/i18n.ts'
import { whyMessages } from '../messages/why.ts'
import { Card } from '../ui/card.tsx'
import { cx } from '../ui/cx.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money, Time } from '../ui/values.tsx'
import { formatDay, formatRate } from './view.ts'
import type { WhyLine, WhyView } from './why-view.ts'

/** Where the things that a document speaks of are found, for whoever looks. */
export type WhyLinks = {
  order: (orderId: string) => string
  subscription: (subscriptionId: string) => string
  change: (subscriptionId: string, changeId: string) => string
}

/** Every line of a document with the sums that lead to it: whoever likes can do them again by hand. */
export const WhyLines = ({ why, links }: { why: WhyView; links: WhyLinks }) =>
  why.lines.map((line) => <LineCard key={line.id} line={line} why={why} links={links} />)

/** What caused a document, and its taxes. */
export const WhyAside = ({ why, links }: { why: WhyView; links: WhyLinks }) => (
  <>
    <CauseCard why={why} links={links} />
    <TaxCard why={why} />
  </>
)

function CauseCard({ why: { cause, lines }, links }: { why: WhyView; links: WhyLinks }) {
  const words = useMessages(whyMessages)
  const { purpose, by, orderId, changeId } = cause
  const who = by.kind === 'member' ? (by.name ?? words.member) : words.by[by.kind]
  const subscriptionId = lines.find((line) => line.subscriptionId !== null)?.subscriptionId
  return (
    <Card title={words.cause}>
      <p>
        {words.causes[purpose](who)} <Time at={cause.at} format="dateTime" />
      </p>
      {orderId !== null && (
        <a href={links.order(orderId)} className="mt-2 inline-flex min-h-6 items-center link">
          {words.seeOrder}
        </a>
      )}
      {changeId !== null && subscriptionId && (
        <a href={links.change(subscriptionId, changeId)} className="mt-2 inline-flex min-h-6 items-center link">
          {words.seeChange}
        </a>
      )}
    </Card>
  )
}

function LineCard({ line, why, links }: { line: WhyLine; why: WhyView; links: WhyLinks }) {
  const words = useMessages(whyMessages)
  const locale = useLocale()
  const { currency } = why
  const { period } = line
  return (
    <Card
      title={line.description}
      text={
        period
          ? words.period(formatDay(period.from, locale), formatDay(period.to, locale), period.days)
          : line.kind === 'setup'
            ? words.setup
            : undefined
      }
      {...(line.subscriptionId !== null && {
        actions: (
          <a href={links.subscription(line.subscriptionId)} className="inline-flex min-h-6 items-center text-md link">
            {words.seeSubscription}
          </a>
        ),
      })}
    >
      {line.cause === 'resumed' && <p className="mb-3 text-sm text-muted">{words.resumed}</p>}
      {line.reason !== null && <p className="mb-3 break-words">{words.byHand(line.reason)}</p>}
      {line.change && <ChangeSums line={line} change={line.change} currency={currency} />}
      <Sums>
        <Sum label={line.change ? words.partShare : words.price} how={priceSum(line, currency, locale)}>
          <Money minor={line.listMinor} currency={currency} />
        </Sum>
        {line.change && line.change.creditMinor !== 0n && (
          <Sum label={words.unusedOff}>
            <Money minor={-line.change.creditMinor} currency={currency} />
          </Sum>
        )}
        {line.discounts.map((discount) => (
          <Sum
            key={discount.name}
            label={words.discount(discount.name, discount.code)}
            how={words.remaining(discount.cyclesLeft)}
          >
            <Money minor={-discount.offMinor} currency={currency} />
          </Sum>
        ))}
        {line.taxInPriceMinor !== 0n && (
          <Sum label={line.taxMinor > 0n ? words.taxInPrice : words.taxNotCharged}>
            <Money minor={-line.taxInPriceMinor} currency={currency} />
          </Sum>
        )}
        <Sum label={words.net} strong>
          <Money minor={line.netMinor} currency={currency} />
        </Sum>
        <Sum label={words.tax} how={why.lines.length > 1 && line.taxMinor > 0n ? words.taxShare : undefined}>
          <Money minor={line.taxMinor} currency={currency} />
        </Sum>
        <Sum label={words.total} strong>
          <Money minor={line.totalMinor} currency={currency} />
        </Sum>
      </Sums>
    </Card>
  )
}

/** `2 × €9.00`; nothing to say where the price is that of one piece. */
function priceSum({ quantity, unitMinor, change }: WhyLine, currency: string, locale: Locale): string | undefined {
  if (change || unitMinor === null || quantity === 1) return undefined
  return `${quantity} × ${formatMoney(unitMinor, currency, locale)}`
}

/** What is charged and given back for the days of each period, for all parts of the subscription together. */
function ChangeSums({
  line,
  change,
  currency,
}: {
  line: WhyLine
  change: NonNullable<WhyLine['change']>
  currency: string
}) {
  const words = useMessages(whyMessages)
  const locale = useLocale()
  const money = (minor: bigint): string => formatMoney(minor, currency, locale)
  return (
    <div className="mb-4 rounded-control bg-sunken px-4 py-3">
      <p className="font-medium">{words.changeTitle}</p>
      <Sums>
        {change.periods.map((period) => (
          <Sum
            key={`charge ${period.start}`}
            label={words.days(formatDay(period.from, locale), formatDay(period.to, locale))}
            how={words.charged(money(period.allMinor), period.days, period.ofDays)}
          >
            <Money minor={period.chargeMinor} currency={currency} />
          </Sum>
        ))}
        {change.periods
          .filter(({ creditMinor }) => creditMinor > 0n)
          .map((period) => (
            <Sum
              key={`credit ${period.start}`}
              label={words.unused(formatDay(period.from, locale), formatDay(period.to, locale))}
              how={
                period.paidMinor !== null && period.paidDays !== null
                  ? words.credited(money(period.paidMinor), period.days, period.paidDays)
                  : undefined
              }
            >
              <Money minor={-period.creditMinor} currency={currency} />
            </Sum>
          ))}
      </Sums>
      {change.unitMinor !== null && (
        <p className="mt-2 text-sm text-muted">
          {words.partOf(money(change.unitMinor * BigInt(line.quantity)), money(change.allMinor))}
        </p>
      )}
    </div>
  )
}

function TaxCard({ why }: { why: WhyView }) {
  const words = useMessages(whyMessages)
  const locale = useLocale()
  const { currency, pricedWithTaxMinor, evidence } = why
  const money = (minor: bigint): string => formatMoney(minor, currency, locale)
  const alone = why.taxes.length === 1
  return (
    <Card title={words.taxTitle} text={why.lines.length > 1 ? words.taxText : undefined}>
      <Sums>
        {why.taxes.map((tax) => {
          const rate = formatRate(tax.basisPoints, locale)
          const how =
            pricedWithTaxMinor === undefined || tax.taxMinor === 0n
              ? words.onNet(money(tax.baseMinor), rate)
              : alone
                ? words.inPrice(
                    money(pricedWithTaxMinor),
                    formatNumber(tax.basisPoints / 100, locale),
                    formatNumber(100 + tax.basisPoints / 100, locale),
                  )
                : words.partInPrice(money(pricedWithTaxMinor), rate)
          return (
            <Sum key={tax.name} label={words.taxName(tax.name, rate)} how={how}>
              <Money minor={tax.taxMinor} currency={currency} />
            </Sum>
          )
        })}
        <Sum label={words.documentTotal} how={words.documentSum(money(why.subtotalMinor))} strong>
          <Money minor={why.totalMinor} currency={currency} />
        </Sum>
      </Sums>
      {why.taxes.map((tax) => (
        <p key={tax.name} className="mt-3 text-sm text-muted">
          {words.why[tax.why](tax.place ?? words.unknownPlace, tax.note ?? '')}
        </p>
      ))}
      {evidence && (
        <p className="mt-1 text-sm text-muted">
          {words.evidence(evidence.number, evidence.requestIdentifier)}{' '}
          <Time at={evidence.checkedAt} format="dateTime" />
        </p>
      )}
    </Card>
  )
}

const Sums = ({ children }: { children: ReactNode }) => <dl className="grid gap-1.5">{children}</dl>

/** One step of a calculation: what it is, how it is done, and what comes out. */
function Sum({
  label,
  how,
  strong = false,
  children,
}: {
  label: ReactNode
  how?: string | undefined
  strong?: boolean
  children: ReactNode
}) {
  return (
    <div className={cx('flex justify-between gap-4', strong && 'border-t border-line pt-1.5 font-medium')}>
      <dt className="min-w-0 break-words">
        {label}
        {how && <span className="block text-sm font-normal text-muted tabular">{how}</span>}
      </dt>
      <dd className="shrink-0 text-right">{children}</dd>
    </div>
  )
}
