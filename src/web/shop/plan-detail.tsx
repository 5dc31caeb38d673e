import type { ReactNode } from 'react'
import { shopMessages } from '../messages/shop.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { usePeriodWords } from '../ui/period.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { PlanTerms } from './plan-terms.tsx'
import { TaxNote } from './price-tables.tsx'
import { Choices, Features, Questions } from './product-detail.tsx'
import type { ProductFacts } from './product-page.tsx'
import { Part, ShopPage } from './shop-page.tsx'

type Plan = NonNullable<ProductFacts['plan']>

/** One size of a product: what it has, what it costs, what is asked about it. */
export function PlanDetail({
  plan,
  facts,
  actions,
}: {
  plan: Plan
  facts: Omit<ProductFacts, 'plan'>
  actions: ReactNode
}) {
  const words = useMessages(shopMessages)
  const locale = useLocale()
  const title = `${facts.product.name}: ${plan.name}`
  const specifications: [string, ReactNode][] = [
    [words.facts.cores, plan.cores],
    [words.facts.memory, words.facts.gb(plan.memoryGb)],
    [words.facts.disk, words.facts.gb(plan.diskGb)],
    [words.facts.traffic, words.facts.tb(plan.trafficTb)],
  ]
  return (
    <ShopPage title={title} lead={plan.summary} actions={actions}>
      <meta name="description" content={plan.summary} />
      <div className="mt-10 grid items-start gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div>
          <section aria-labelledby="specifications">
            <h2 id="specifications" className="text-2xl tracking-tighter">
              {words.product.specifications}
            </h2>
            <dl className="mt-5 grid grid-cols-2 gap-4">
              {specifications.map(([label, value]) => (
                <div key={label} className="rounded-card border border-line bg-surface px-5 py-4">
                  <dt className="text-md text-muted">{label}</dt>
                  <dd className="mt-1 text-2xl font-semibold tracking-tight tabular">{value}</dd>
                </div>
              ))}
            </dl>
          </section>
          <Part id="features" title={words.product.features}>
            <Features features={plan.features} />
          </Part>
        </div>
        <PriceCard plan={plan} facts={facts} />
      </div>
      <Choices facts={facts} />
      <Part id="others" title={words.product.others}>
        <ul className="flex flex-wrap gap-3">
          {facts.cards
            .filter((card) => card.slug !== plan.slug)
            .map((card) => (
              <li key={card.slug}>
                <a href={paths.product(locale, card.slug, facts.shown)} className={buttonClass()}>
                  {card.name}
                  <Money minor={card.amountMinor} currency={facts.shown.currency} className="text-muted" />
                </a>
              </li>
            ))}
          <li>
            <a
              href={paths.product(locale, facts.product.slug, facts.shown)}
              className={buttonClass({ variant: 'quiet' })}
            >
              {words.product.all}
            </a>
          </li>
        </ul>
      </Part>
      <Questions />
    </ShopPage>
  )
}

function PriceCard({ plan, facts }: { plan: Plan; facts: Omit<ProductFacts, 'plan'> }) {
  const words = useMessages(shopMessages)
  const locale = useLocale()
  const { currency, period } = facts.shown
  const prices = facts.tables.plans.find((each) => each.slug === plan.slug)
  const amount = prices?.amounts[period]
  const yearMinor = prices?.amounts.year
  const { left, gone } = facts.cards.find((each) => each.slug === plan.slug) ?? {}
  const periodWords = usePeriodWords()
  return (
    <aside className="rounded-card border border-line bg-surface p-6 lg:sticky lg:top-24">
      {amount === undefined ? (
        <p className="text-muted">{words.facts.notSold}</p>
      ) : (
        <p className="flex items-baseline gap-2">
          <Money minor={amount} currency={currency} className="text-3xl font-semibold tracking-tighter" />
          <span className="text-muted">{periodWords(period).per}</span>
        </p>
      )}
      {prices && amount !== undefined && <PlanTerms terms={{ ...prices, left, gone }} currency={currency} />}
      {prices?.saving !== undefined && period === 'month' && yearMinor !== undefined && (
        <p className="mt-1 text-md text-muted">
          {words.product.or} <Money minor={yearMinor} currency={currency} /> {periodWords('year').per},{' '}
          {words.product.saves(prices.saving)}
        </p>
      )}
      {amount !== undefined && left === 0 && (
        <p className="mt-5 rounded-control bg-sunken px-4 py-2.5 text-center font-medium text-muted">{words.soldOut}</p>
      )}
      {amount !== undefined && left !== 0 && (
        <a
          href={paths.configure(locale, plan.slug, facts.shown)}
          className={`mt-5 ${buttonClass({ variant: 'primary', size: 'large', wide: true })}`}
        >
          {words.product.order(plan.name)}
        </a>
      )}
      <TaxNote {...facts.tax} />
    </aside>
  )
}
