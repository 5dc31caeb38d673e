import { z } from 'zod'
import { getCatalog, getProduct } from '#modules/catalog/catalog-queries.ts'
import { Period } from '#modules/catalog/period.ts'
import { type Catalog, type CatalogProduct, leftAnywhere, leftIn, offeredOf } from '#modules/catalog/plan.ts'
import { currency, localizedText, minor, pathId } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Catalogue'
/** Prices are published; an order is charged what its quote says, which is computed anew. */
const CACHE = 'public, max-age=30'

export const period = Period.meta({
  description:
    'How often it is paid for: `day`, `week`, `month`, `year`, a number of them such as `3-month`, or `once`.',
})

const Price = z
  .object({
    currency,
    period,
    amountMinor: minor.meta({ description: 'For one period.' }),
    setupMinor: minor.meta({ description: 'Paid once, with the order.' }),
  })
  .meta({ id: 'Price' })

const PlanPrice = Price.extend({
  trialDays: z
    .int()
    .nullable()
    .meta({ description: 'Days for nothing before the first paid period, once per customer and product.' }),
}).meta({ id: 'PlanPrice' })

const Plan = z
  .object({
    slug: z.string(),
    name: localizedText,
    summary: localizedText,
    popular: z.boolean(),
    cores: z.int(),
    memoryMb: z.int(),
    diskGb: z.int(),
    trafficTb: z.int(),
    features: z.array(localizedText),
    maxPerCustomer: z.int().nullable().meta({ description: 'How many a customer may have; null is any number.' }),
    availability: z
      .array(z.object({ region: z.string(), left: z.int() }))
      .meta({ description: 'Where only a few are left, 0 being sold out. A region that is not named has enough.' }),
    soldOut: z.boolean().meta({ description: 'Nothing is left of it in any region that its product is offered in.' }),
    prices: z.array(PlanPrice),
  })
  .meta({ id: 'Plan', description: 'A size of a product.' })

const Option = z
  .object({
    code: z.string(),
    kind: z.enum(['switch', 'quantity', 'slider', 'choice']),
    name: localizedText,
    summary: localizedText,
    minQuantity: z.int().meta({ description: 'Above 0 it cannot be left out.' }),
    maxQuantity: z.int(),
    step: z.int().meta({ description: 'Quantities are the least and whole steps more.' }),
    prices: z.array(Price),
    choices: z
      .array(z.object({ code: z.string(), name: localizedText, prices: z.array(Price) }))
      .meta({ description: 'What an option of kind `choice` lets choose from, ordered with quantity 1.' }),
  })
  .meta({ id: 'PlanOption', description: 'Something a plan can be ordered with; prices are for one piece.' })

const Product = z
  .object({
    slug: z.string(),
    kind: z.string(),
    name: localizedText,
    summary: localizedText,
    regions: z.array(z.string()).meta({ description: 'The regions its plans can be ordered in.' }),
    images: z.array(z.string()).meta({ description: 'The systems its plans can be ordered with.' }),
    plans: z.array(Plan),
    options: z.array(Option),
  })
  .meta({ id: 'Product' })

const Region = z
  .object({ slug: z.string(), name: localizedText, country: z.string().meta({ description: 'ISO 3166-1 alpha-2.' }) })
  .meta({ id: 'Region', description: 'Where servers can stand.' })

const Image = z
  .object({ slug: z.string(), family: z.string(), name: z.string(), loginUser: z.string() })
  .meta({ id: 'Image', description: 'A system a server can start with.' })

function present(product: CatalogProduct, catalog: Catalog) {
  const regions = offeredOf(product.regionIds, catalog.regions)
  return {
    ...product,
    regions: regions.map(({ slug }) => slug),
    images: offeredOf(product.imageIds, catalog.images).map(({ slug }) => slug),
    plans: product.plans.map((plan) => ({
      ...plan,
      availability: regions.flatMap(({ id, slug }) => {
        const left = leftIn(plan, id)
        return left === undefined ? [] : [{ region: slug, left }]
      }),
      soldOut: leftAnywhere(plan, regions) === 0,
    })),
  }
}

export const listProducts = route({
  method: 'get',
  path: '/products',
  operationId: 'listProducts',
  tag,
  summary: 'What is for sale',
  success: { status: 200, description: 'All published products.', body: z.object({ data: z.array(Product) }) },
  problems: [],
  run: async ({ app, headers }) => {
    headers.set('cache-control', CACHE)
    const catalog = await getCatalog(app)
    return { data: catalog.products.map((product) => present(product, catalog)) }
  },
})

export const readProduct = route({
  method: 'get',
  path: '/products/{slug}',
  operationId: 'getProduct',
  tag,
  summary: 'One product with its plans, options and prices',
  params: z.strictObject({ slug: pathId }),
  success: { status: 200, description: 'The product.', body: Product },
  problems: ['product_not_found'],
  run: async ({ app, params, headers }) => {
    headers.set('cache-control', CACHE)
    const [product, catalog] = await Promise.all([getProduct(app, params.slug), getCatalog(app)])
    return present(product, catalog)
  },
})

export const listRegions = route({
  method: 'get',
  path: '/regions',
  operationId: 'listRegions',
  tag,
  summary: 'Where servers can stand',
  success: { status: 200, description: 'All open regions.', body: z.object({ data: z.array(Region) }) },
  problems: [],
  run: async ({ app, headers }) => {
    headers.set('cache-control', CACHE)
    return { data: (await getCatalog(app)).regions }
  },
})

export const listImages = route({
  method: 'get',
  path: '/images',
  operationId: 'listImages',
  tag,
  summary: 'The systems a server can start with',
  success: { status: 200, description: 'All present images.', body: z.object({ data: z.array(Image) }) },
  problems: [],
  run: async ({ app, headers }) => {
    headers.set('cache-control', CACHE)
    return { data: (await getCatalog(app)).images }
  },
})
