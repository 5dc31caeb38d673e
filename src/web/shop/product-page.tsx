import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { findPlan } from '#modules/catalog/plan.ts'
import { Problem } from '#platform/problem.ts'
import { appContext, localeContext } from '../context.ts'
import { paths } from '../paths.ts'
import { useLocale } from '../ui/site.tsx'
import { describePlan, plansFor, readShown, readTaxFacts, tablesFor } from './price-view.ts'
import { PlanDetail } from './plan-detail.tsx'
import { ProductDetail } from './product-detail.tsx'
import { PriceSwitch } from './price-switch.tsx'
import type { Route } from './+types/product-page'

export const headers = () => ({ 'cache-control': 'public, max-age=60' })

/** An address names a product with all its sizes, or one size of it. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const catalog = await getCatalog(app)
  const found = findPlan(catalog, params.slug)
  const product = found?.product ?? catalog.products.find((each) => each.slug === params.slug)
  if (!product) throw new Problem('not_found', 'product_not_found', 'There is no such product.')
  const shown = readShown(request, catalog, locale)
  return {
    slug: params.slug,
    shown,
    currencies: catalog.currencies,
    tax: await readTaxFacts(app),
    plan: found && {
      ...describePlan(found.plan, locale),
      features: found.plan.features.map((feature) => feature[locale]),
    },
    product: { slug: product.slug, name: product.name[locale], summary: product.summary[locale] },
    cards: plansFor(product, catalog.regions, shown, locale),
    tables: tablesFor(product, shown, locale),
    features: [...new Set(product.plans.flatMap((plan) => plan.features.map((feature) => feature[locale])))],
    images: catalog.images.map((image) => ({ slug: image.slug, name: image.name })),
    regions: catalog.regions.map((region) => ({
      slug: region.slug,
      name: region.name[locale],
      country: region.country,
    })),
  }
}
export type ProductFacts = Route.ComponentProps['loaderData']

export default function ProductPage({ loaderData }: Route.ComponentProps) {
  const locale = useLocale()
  const { plan, ...facts } = loaderData
  const actions = (
    <PriceSwitch
      shown={facts.shown}
      currencies={facts.currencies}
      periods={facts.tables.periods}
      to={(view) => paths.product(locale, facts.slug, view)}
    />
  )
  return plan ? (
    <PlanDetail plan={plan} facts={facts} actions={actions} />
  ) : (
    <ProductDetail facts={facts} actions={actions} />
  )
}
