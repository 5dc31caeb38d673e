import { z } from 'zod'
import { getCatalog, getProduct } from '#modules/catalog/catalog-queries.ts'
import { currency, localizedText, minor, pathId } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Catalogue'
const period = z.enum(['month', 'year'])
/** Prices are published; an order is charged what its quote says, which is computed anew. */
const CACHE = 'public, max-age=30'

const Price = z.object({ currency, period, amountMinor: minor }).meta({ id: 'Price', description: 'For one period.' })

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
    prices: z.array(Price),
  })
  .meta({ id: 'Plan', description: 'A size of a product.' })

const Option = z
  .object({
    code: z.string(),
    kind: z.enum(['switch', 'quantity']),
    name: localizedText,
    summary: localizedText,
    maxQuantity: z.int(),
    prices: z.array(Price),
  })
  .meta({ id: 'PlanOption', description: 'Something a plan can be ordered with; prices are for one piece.' })

const Product = z
  .object({
    slug: z.string(),
    kind: z.string(),
    name: localizedText,
    summary: localizedText,
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
    return { data: (await getCatalog(app)).products }
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
    return getProduct(app, params.slug)
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
