import { Check } from 'lucide-react'
import type { Period } from '#modules/catalog/interval.ts'
import { landingMessages } from '../messages/landing.ts'
import { shopMessages } from '../messages/shop.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { usePeriodWords } from '../ui/period.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { PlanTerms } from './plan-terms.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'

export type PlanCard = {
  slug: string
  name: string
  summary: string
  popular: boolean
  cores: number
  memoryGb: number
  diskGb: number
  trafficTb: number
  amountMinor: bigint
  setupMinor: bigint
  trialDays: number | null
  /** How many there still are, of the last few. */
  left: number | undefined
  /** The regions in which it is sold out while others have it. */
  gone: readonly string[]
}

/** The plans side by side, each with its price for the period and a way to order. */
export function PlanCards({
  plans,
  currency,
  period = 'month',
}: {
  plans: readonly PlanCard[]
  currency: string
  period?: Period
}) {
  const words = useMessages(landingMessages).plans
  const shop = useMessages(shopMessages)
  const { per } = usePeriodWords()(period)
  const locale = useLocale()
  return (
    <div className="mt-10 grid gap-5 md:grid-cols-3">
      {plans.map((plan) => (
        <article
          key={plan.slug}
          className={cx(
            'flex flex-col rounded-card border bg-surface p-6',
            plan.popular ? 'border-brand ring-1 ring-brand' : 'border-line',
          )}
        >
          <div className="flex items-center justify-between gap-3">
            <h3 className="text-xl">{plan.name}</h3>
            {plan.popular && (
              <span className="text-sm">
                <Badge tone="info">{words.popular}</Badge>
              </span>
            )}
          </div>
          <p className="mt-1 text-md text-muted md:min-h-[2lh]">{plan.summary}</p>
          <p className="mt-5 flex items-baseline gap-2">
            <Money minor={plan.amountMinor} currency={currency} className="text-3xl font-semibold tracking-tighter" />
            <span className="text-md text-muted">{per}</span>
          </p>
          <PlanTerms terms={plan} currency={currency} />
          <ul className="mt-5 mb-7 grid gap-2 text-md">
            {[
              words.cores(plan.cores),
              words.memory(plan.memoryGb),
              words.disk(plan.diskGb),
              words.traffic(plan.trafficTb),
            ].map((fact) => (
              <li key={fact} className="flex items-center gap-2">
                <Check aria-hidden="true" className="size-4 shrink-0 text-ok" />
                {fact}
              </li>
            ))}
          </ul>
          {plan.left === 0 ? (
            <p className="mt-auto rounded-control bg-sunken px-4 py-2.5 text-center font-medium text-muted">
              {shop.soldOut}
            </p>
          ) : (
            <a
              href={paths.configure(locale, plan.slug, { currency, period })}
              className={cx('mt-auto', buttonClass({ variant: plan.popular ? 'primary' : 'secondary', wide: true }))}
            >
              {words.order(plan.name)}
            </a>
          )}
        </article>
      ))}
    </div>
  )
}
