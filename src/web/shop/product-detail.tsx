import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { buyMessages } from '../messages/buy.ts'
import { landingMessages } from '../messages/landing.ts'
import { shopMessages } from '../messages/shop.ts'
import { useMessages } from '../ui/site.tsx'
import { PlanCards } from './plan-cards.tsx'
import { OptionTable, PlanTable, TaxNote } from './price-tables.tsx'
import type { ProductFacts } from './product-page.tsx'
import { Part, ShopPage } from './shop-page.tsx'

type Facts = Omit<ProductFacts, 'plan'>

/** A product with all its sizes. */
export function ProductDetail({ facts, actions }: { facts: Facts; actions: ReactNode }) {
  const words = useMessages(shopMessages).product
  const { popular } = useMessages(landingMessages).plans
  return (
    <ShopPage title={facts.product.name} lead={facts.product.summary} actions={actions}>
      <meta name="description" content={facts.product.summary} />
      <h2 className="sr-only">{words.sizes}</h2>
      <PlanCards plans={facts.cards} currency={facts.shown.currency} period={facts.shown.period} />
      <TaxNote {...facts.tax} />
      <Part id="specifications" title={words.specifications}>
        <PlanTable plans={facts.tables.plans} periods={facts.tables.periods} shown={facts.shown} popular={popular} />
      </Part>
      <Part id="features" title={words.features}>
        <Features features={facts.features} />
      </Part>
      <Choices facts={facts} />
      <Questions />
    </ShopPage>
  )
}

export const Features = ({ features }: { features: readonly string[] }) => (
  <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
    {features.map((feature) => (
      <li key={feature} className="flex items-start gap-2.5">
        <Check aria-hidden="true" className="mt-1 size-4 shrink-0 text-ok" />
        {feature}
      </li>
    ))}
  </ul>
)

/** What can be chosen with every size. */
export function Choices({ facts }: { facts: Facts }) {
  const words = useMessages(shopMessages).product
  const { soldOut } = useMessages(buyMessages).configure
  return (
    <>
      {facts.tables.options.length > 0 && (
        <Part id="options" title={words.options}>
          <OptionTable options={facts.tables.options} shown={facts.shown} />
        </Part>
      )}
      <div className="grid gap-x-10 sm:grid-cols-2">
        <Part id="systems" title={words.systems}>
          <Names names={facts.images} />
        </Part>
        <Part id="regions" title={words.regions}>
          <Names
            names={facts.regions.map(({ slug, name, few }) => ({
              slug,
              name,
              note: few.flatMap(({ plan, left }) => (left === 0 ? [soldOut(plan)] : [])).join(' · '),
            }))}
          />
        </Part>
      </div>
    </>
  )
}

const Names = ({ names }: { names: readonly { slug: string; name: string; note?: string }[] }) => (
  <ul className="border-t border-line">
    {names.map(({ slug, name, note }) => (
      <li key={slug} className="flex flex-wrap justify-between gap-x-4 border-b border-line py-2.5">
        {name}
        {note && <span className="text-md font-medium text-warn">{note}</span>}
      </li>
    ))}
  </ul>
)

/** What people ask before they order. */
export function Questions() {
  const words = useMessages(shopMessages).product
  return (
    <Part id="questions" title={words.questions}>
      <div className="border-t border-line">
        {words.faq.map(([question, answer]) => (
          <details key={question} className="group border-b border-line">
            <summary className="flex list-none items-center justify-between gap-4 py-4 font-medium [&::-webkit-details-marker]:hidden">
              {question}
              <ChevronDown
                aria-hidden="true"
                className="size-4 shrink-0 text-muted transition-transform duration-120 group-open:rotate-180"
              />
            </summary>
            <p className="-mt-1 max-w-text pb-5 text-muted">{answer}</p>
          </details>
        ))}
      </div>
    </Part>
  )
}
