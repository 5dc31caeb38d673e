import { formatMoney } from '#platform/i18n.ts'
import { buyMessages } from '../messages/buy.ts'
import { paths } from '../paths.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { usePeriodWords } from '../ui/period.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { CartView } from './cart-page.tsx'

/** Every server in the cart with what it is, what it costs, and what can be done about it. */
export function CartLines({ cart }: { cart: CartView }) {
  const { cart: words, summary } = useMessages(buyMessages)
  const periodWords = usePeriodWords()
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {cart.lines.map((line) => (
        <li key={line.id} className="px-5 py-4">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <h2 className="min-w-0 font-medium break-words">{line.hostname}</h2>
            <p className="shrink-0 text-right">
              <Money minor={line.amountMinor} currency={cart.currency} className="font-medium" />
              <span className="ml-1.5 text-md text-muted">
                {line.trialDays === null ? periodWords(line.period).adverb : summary.trial(line.trialDays)}
              </span>
            </p>
          </div>
          <p className="mt-0.5 text-md text-muted">
            {line.name} · {line.place}
          </p>
          {line.extras.length > 0 && (
            <p className="text-md text-muted">
              {line.extras
                .map((extra) => (extra.quantity > 1 ? `${extra.name} × ${extra.quantity}` : extra.name))
                .join(', ')}
            </p>
          )}
          <LineActions line={line} />
        </li>
      ))}
      {cart.unsold.map((line) => (
        <li key={line.id} className="px-5 py-4">
          <h2 className="font-medium break-words">{line.hostname}</h2>
          <p className="mt-0.5 text-md text-bad">{words.unsold[line.why]}</p>
          <LineActions line={line} />
        </li>
      ))}
    </ul>
  )
}

function LineActions({ line }: { line: { id: string; plan: string; hostname: string } }) {
  const words = useMessages(buyMessages).cart
  const locale = useLocale()
  return (
    <div className="mt-2 -ml-3 flex gap-1">
      <a
        href={paths.configure(locale, line.plan, { item: line.id })}
        aria-label={words.changeOf(line.hostname)}
        className={buttonClass({ variant: 'quiet', size: 'small' })}
      >
        {words.change}
      </a>
      <form method="post">
        <input type="hidden" name="item" value={line.id} />
        <Button
          type="submit"
          variant="quiet"
          size="small"
          name="intent"
          value="remove"
          aria-label={words.removeOf(line.hostname)}
        >
          {words.remove}
        </Button>
      </form>
    </div>
  )
}

/** What was just taken out, with the way to take it back. */
export function Removed(removed: { hostname: string; currency: string; configuration: string }) {
  const words = useMessages(buyMessages).cart
  return (
    <Notice
      tone="ok"
      live
      action={
        <form method="post">
          <input type="hidden" name="configuration" value={removed.configuration} />
          <input type="hidden" name="currency" value={removed.currency} />
          <Button type="submit" size="small" name="intent" value="undo">
            {words.undo}
          </Button>
        </form>
      }
    >
      {words.removed(removed.hostname)}
    </Notice>
  )
}

/** Prices that are not what was last in sight, and lines that are no longer sold. */
export function PriceNotices({
  changed,
  unsold,
  currency,
}: {
  changed: CartView['changed']
  unsold: readonly CartView['unsold'][number]['why'][]
  currency: string
}) {
  const words = useMessages(buyMessages).cart
  const locale = useLocale()
  return (
    <>
      {changed.length > 0 && (
        <Notice tone="warn" title={words.priceChanged} live>
          <ul>
            {changed.map((line) => (
              <li key={line.hostname}>
                {words.priceChangedText(
                  line.hostname,
                  formatMoney(line.beforeMinor, currency, locale),
                  formatMoney(line.amountMinor, currency, locale),
                )}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {unsold.length > 0 && (
        <Notice tone="warn" title={words.unsoldTitle} live>
          {[...new Set(unsold)].map((why) => words.unsold[why]).join(' ')}
        </Notice>
      )}
    </>
  )
}

/** The whole cart in another currency. */
export function CurrencyForm({ currency, currencies }: { currency: string; currencies: readonly string[] }) {
  const words = useMessages(buyMessages).cart
  if (currencies.length < 2) return null
  return (
    <form method="post" className="flex items-center gap-2">
      <label htmlFor="currency" className="text-md text-muted">
        {words.currency}
      </label>
      <select id="currency" name="currency" defaultValue={currency} className="control w-auto">
        {currencies.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
      <Button type="submit" name="intent" value="currency">
        {words.apply}
      </Button>
    </form>
  )
}
