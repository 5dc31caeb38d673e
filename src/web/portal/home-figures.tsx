import { portalMessages } from '../messages/portal.ts'
import { Figure } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { HomeData } from './home-page.tsx'
import { formatDay } from './view.ts'

/** Servers, what is to pay now and next. */
export function HomeFigures({ home: { counts, balances, next } }: { home: HomeData }) {
  const words = useMessages(portalMessages).home.figures
  return (
    <>
      {counts && <Figure label={words.services} value={counts.total} />}
      {counts && <Figure label={words.running} value={counts.running} />}
      {balances && <MoneyFigures balances={balances} next={next} />}
    </>
  )
}

function MoneyFigures({ balances, next }: { balances: NonNullable<HomeData['balances']>; next: HomeData['next'] }) {
  const words = useMessages(portalMessages).home.figures
  const locale = useLocale()
  const invoices = balances.reduce((sum, balance) => sum + balance.invoices, 0)
  return (
    <>
      <Figure
        label={words.toPay}
        value={
          balances.length === 0
            ? words.nothing
            : balances.map((balance) => (
                <span key={balance.currency} className="block">
                  <Money minor={balance.amountMinor} currency={balance.currency} />
                </span>
              ))
        }
        {...(invoices > 0 && { text: words.invoices(invoices) })}
      />
      <Figure
        label={words.next}
        value={next ? <Money minor={next.amountMinor} currency={next.currency} /> : words.noNext}
        {...(next && { text: words.on(formatDay(next.on, locale)) })}
      />
    </>
  )
}
