import { ArrowRight } from 'lucide-react'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { appContext, localeContext } from '../context.ts'
import { shopMessages } from '../messages/shop.ts'
import { paths } from '../paths.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { usePeriodWords } from '../ui/period.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { plansFor, readShown } from './price-view.ts'
import { ShopPage } from './shop-page.tsx'
import type { Route } from './+types/products-page'

export const headers = () => ({ 'cache-control': 'public, max-age=60' })

export async function loader({ request, context }: Route.LoaderArgs) {
  const locale = context.get(localeContext)
  const catalog = await getCatalog(context.get(appContext))
  const shown = readShown(request, catalog, locale)
  return {
    shown,
    products: catalog.products.map((product) => {
      const cards = plansFor(product, catalog.regions, shown, locale)
      const sold = cards.filter(({ left }) => left !== 0)
      const amounts = (sold.length > 0 ? sold : cards).map((plan) => plan.amountMinor)
      return {
        slug: product.slug,
        name: product.name[locale],
        summary: product.summary[locale],
        plans: product.plans.length,
        soldOut: cards.length > 0 && sold.length === 0,
        fromMinor: amounts.length > 0 ? amounts.reduce((least, each) => (each < least ? each : least)) : undefined,
      }
    }),
  }
}

export default function ProductsPage({ loaderData: { shown, products } }: Route.ComponentProps) {
  const all = useMessages(shopMessages)
  const words = all.products
  const { per } = usePeriodWords()(shown.period)
  const locale = useLocale()
  return (
    <ShopPage title={words.title} lead={words.lead}>
      {products.length === 0 && <EmptyState title={all.pricing.empty} text={all.pricing.emptyText} />}
      <ul className="mt-10 grid gap-5 md:grid-cols-2">
        {products.map((product) => (
          <li
            key={product.slug}
            className="relative flex flex-col rounded-card border border-line bg-surface p-6 hover:border-line-strong"
          >
            <h2 className="text-xl">
              <a href={paths.product(locale, product.slug, shown)} className="after:absolute after:inset-0">
                {product.name}
              </a>
            </h2>
            <p className="mt-1 text-muted">{product.summary}</p>
            <p className="mt-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 text-md">
              <span className="text-muted">
                {words.plans(product.plans)}
                {product.fromMinor !== undefined && (
                  <>
                    {' · '}
                    {words.from}{' '}
                    <Money minor={product.fromMinor} currency={shown.currency} className="font-medium text-ink" /> {per}
                  </>
                )}
              </span>
              {product.soldOut && <span className="font-medium text-warn">{all.soldOut}</span>}
              <span className="inline-flex items-center gap-1.5 font-medium text-brand-ink">
                {words.see}
                <ArrowRight aria-hidden="true" className="size-4" />
              </span>
            </p>
          </li>
        ))}
      </ul>
    </ShopPage>
  )
}
