import type { Api } from './stripe-simulator-api.ts'
import { BillingParams, type BillingParamsOf } from './stripe-simulator-billing-params.ts'
import { listPage, wasCreated } from './stripe-simulator-lists.ts'
import type { Memory, Price, Product } from './stripe-simulator-memory.ts'
import { Params } from './stripe-simulator-params.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { found, mergeMetadata } from './stripe-simulator-found.ts'

/** Products and prices. */

function newProduct(memory: Memory, id: string | undefined, name: string): Product {
  return {
    id: id ?? memory.newId('prod').slice(0, 19),
    object: 'product',
    active: true,
    created: memory.now(),
    description: null,
    images: [],
    livemode: memory.livemode,
    marketing_features: [],
    metadata: {},
    name,
    package_dimensions: null,
    shippable: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    updated: memory.now(),
    url: null,
  }
}

function saveProduct(memory: Memory, before: Product, input: BillingParamsOf<'productUpdate'>): Product {
  const saved: Product = {
    ...before,
    active: input.active ?? before.active,
    description: input.description === undefined ? before.description : input.description || null,
    metadata: input.metadata ? mergeMetadata(before.metadata, input.metadata) : before.metadata,
    name: input.name ?? before.name,
    updated: memory.now(),
    url: input.url ?? before.url,
    ...(input.unit_label === undefined ? {} : { unit_label: input.unit_label || null }),
  }
  memory.products.set(saved.id, saved)
  return saved
}

/** A lookup key names one price; another takes it over only when told to. */
function takeLookupKey(memory: Memory, key: string | undefined, transfer: boolean | undefined, own?: string): void {
  const holder = memory.prices.values().find((price) => key && price.lookup_key === key && price.id !== own)
  if (!holder) return
  if (!transfer)
    throw invalid(`A price with the lookup key '${key}' already exists.`, {
      param: 'lookup_key',
      code: 'resource_already_exists',
    })
  memory.prices.set(holder.id, { ...holder, lookup_key: null })
}

function createPrice(memory: Memory, input: BillingParamsOf<'priceCreate'>): Price {
  found(memory.products.get(input.product), 'product', input.product, 'product')
  takeLookupKey(memory, input.lookup_key, input.transfer_lookup_key)
  const { recurring } = input
  const price: Price = {
    id: memory.newId('price'),
    object: 'price',
    active: input.active ?? true,
    billing_scheme: 'per_unit',
    created: memory.now(),
    currency: input.currency,
    custom_unit_amount: null,
    livemode: memory.livemode,
    lookup_key: input.lookup_key ?? null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product: input.product,
    recurring: recurring
      ? {
          interval: recurring.interval,
          interval_count: recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: input.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    unit_amount: input.unit_amount,
    unit_amount_decimal: String(input.unit_amount),
  }
  memory.prices.set(price.id, price)
  memory.emit('price.created', price)
  return price
}

function updatePrice(memory: Memory, price: Price, input: BillingParamsOf<'priceUpdate'>): Price {
  takeLookupKey(memory, input.lookup_key, input.transfer_lookup_key, price.id)
  const updated: Price = {
    ...price,
    active: input.active ?? price.active,
    lookup_key: input.lookup_key === undefined ? price.lookup_key : input.lookup_key || null,
    metadata: input.metadata ? mergeMetadata(price.metadata, input.metadata) : price.metadata,
    nickname: input.nickname === undefined ? price.nickname : input.nickname || null,
  }
  memory.prices.set(price.id, updated)
  memory.emit('price.updated', updated, {})
  return updated
}

function productRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/products'
  const product = (id: string) => found(memory.products.get(id), 'product', id)
  endpoint('POST', path, BillingParams.productCreate, (params) => {
    if (params.id && memory.products.get(params.id))
      throw invalid('Product already exists.', { code: 'resource_already_exists', param: 'id' })
    const created = saveProduct(memory, newProduct(memory, params.id, params.name), params)
    memory.emit('product.created', created)
    return created
  })
  endpoint('GET', path, BillingParams.productList, (params) => {
    const wanted = memory.products
      .values()
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.active === undefined || each.active === params.active) &&
          (params.ids === undefined || params.ids.includes(each.id)),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => product(id))
  endpoint('POST', `${path}/:id`, BillingParams.productUpdate, (params, { id = '' }) => {
    const updated = saveProduct(memory, product(id), params)
    memory.emit('product.updated', updated, {})
    return updated
  })
  endpoint('DELETE', `${path}/:id`, Params.none, (_, { id = '' }) => {
    const before = product(id)
    if (memory.prices.values().some((price) => price.product === id))
      throw invalid('This product cannot be deleted because it has one or more user-created prices.')
    memory.products.delete(id)
    memory.emit('product.deleted', before)
    return { id, object: 'product', deleted: true }
  })
}

function priceRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/prices'
  const price = (id: string) => found(memory.prices.get(id), 'price', id)
  endpoint('POST', path, BillingParams.priceCreate, (params) => createPrice(memory, params))
  endpoint('GET', path, BillingParams.priceList, (params) => {
    const wanted = memory.prices
      .values()
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.active === undefined || each.active === params.active) &&
          (params.product === undefined || each.product === params.product) &&
          (params.currency === undefined || each.currency === params.currency) &&
          (params.type === undefined || each.type === params.type) &&
          (params.lookup_keys === undefined || params.lookup_keys.includes(each.lookup_key ?? '')),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => price(id))
  endpoint('POST', `${path}/:id`, BillingParams.priceUpdate, (params, { id = '' }) =>
    updatePrice(memory, price(id), params),
  )
}

export function catalogueRoutes(api: Api, memory: Memory): void {
  productRoutes(api, memory)
  priceRoutes(api, memory)
}
