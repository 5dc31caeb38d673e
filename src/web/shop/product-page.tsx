import { data } from 'react-router'
import { findRetiredPlan, getCatalog } from '#modules/catalog/catalog-queries.ts'
import { findPlan } from '#modules/catalog/plan.ts'
import { Problem } from '#platform/problem.ts'
import { appContext, localeContext } from '../context.ts'
import { shopMessages } from '../messages/shop.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { placesOf } from './configure-view.ts'
import { describePlan, plansFor, readShown, readTaxFacts, tablesFor } from './price-view.ts'
import { PlanDetail } from './plan-detail.tsx'
import { ProductDetail } from './product-detail.tsx'
import { PriceSwitch } from './price-switch.tsx'
import { ShopPage } from './shop-page.tsx'
import type { Route } from './+types/product-page'

export const headers = () => ({ 'cache-control': 'public, max-age=60' })

/** An address names a product with all its sizes, or one size of it. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const catalog = await getCatalog(app)
  const found = findPlan(catalog, params.slug)
  const product = found?.product ?? catalog.products.find((each) => each.slug === params.slug)
  const retired = product ? undefined : await findRetiredPlan(app, params.slug)
  if (retired)
    return data(
      {
        retired: {
          name: retired.name[locale],
          successor: retired.successor && { slug: retired.successor.slug, name: retired.successor.name[locale] },
        },
      },
      410,
    )
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
    ...placesOf(catalog, product, locale),
  }
}
export type ProductFacts = Exclude<Route.ComponentProps['loaderData'], { retired: object }>

export default function ProductPage({ loaderData }: Route.ComponentProps) {
  const locale = useLocale()
  if ('retired' in loaderData) return <RetiredPlan {...loaderData.retired} />
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

type Retired = { name: string; successor: { slug: string; name: string } | null }

/** A plan that is sold no longer: what to take instead. */
function RetiredPlan({ name, successor }: Retired) {
  const words = useMessages(shopMessages).retired
  const locale = useLocale()
  const to = successor ? paths.product(locale, successor.slug) : paths.pricing(locale)
  return (
    <ShopPage title={words.title(name)} lead={words.text} narrow>
      <a href={to} className={cx(buttonClass({ variant: 'primary' }), 'mt-8')}>
        {successor ? words.successor(successor.name) : words.all}
      </a>
    </ShopPage>
  )
}
