import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { appContext, localeContext } from '../context.ts'
import { landingMessages } from '../messages/landing.ts'
import { shopMessages } from '../messages/shop.ts'
import { paths } from '../paths.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { PlanCards } from './plan-cards.tsx'
import { PriceSwitch } from './price-switch.tsx'
import { OptionTable, PlanTable, TaxNote } from './price-tables.tsx'
import { plansFor, readShown, readTaxFacts, tablesFor } from './price-view.ts'
import { Part, ShopPage } from './shop-page.tsx'
import type { Route } from './+types/pricing-page'

export const headers = () => ({ 'cache-control': 'public, max-age=60' })

export async function loader({ request, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const catalog = await getCatalog(app)
  const shown = readShown(request, catalog, locale)
  return {
    shown,
    currencies: catalog.currencies,
    allPeriods: catalog.periods,
    tax: await readTaxFacts(app),
    products: catalog.products.map((product) => ({
      slug: product.slug,
      name: product.name[locale],
      cards: plansFor(product, catalog.regions, shown, locale),
      ...tablesFor(product, shown, locale),
    })),
  }
}

export default function PricingPage({
  loaderData: { shown, currencies, allPeriods, tax, products },
}: Route.ComponentProps) {
  const words = useMessages(shopMessages).pricing
  const { popular } = useMessages(landingMessages).plans
  const locale = useLocale()
  return (
    <ShopPage
      title={words.title}
      lead={words.lead}
      actions={
        <PriceSwitch
          shown={shown}
          currencies={currencies}
          periods={allPeriods}
          to={(view) => paths.pricing(locale, view)}
        />
      }
    >
      <meta name="description" content={words.description} />
      {products.length === 0 && <EmptyState title={words.empty} text={words.emptyText} />}
      {products.map((product) => (
        <div key={product.slug}>
          <h2 className={products.length > 1 ? 'mt-12 -mb-4 text-2xl tracking-tighter' : 'sr-only'}>{product.name}</h2>
          <PlanCards plans={product.cards} currency={shown.currency} period={shown.period} />
          <TaxNote {...tax} />
          <Part id={`compare-${product.slug}`} title={words.compare}>
            <PlanTable plans={product.plans} periods={product.periods} shown={shown} popular={popular} />
          </Part>
          {product.options.length > 0 && (
            <Part id={`options-${product.slug}`} title={words.options} text={words.optionsText}>
              <OptionTable options={product.options} shown={shown} />
            </Part>
          )}
        </div>
      ))}
    </ShopPage>
  )
}
