import {
  optionPriceOf,
  type Catalog,
  type CatalogProduct,
  type Period,
  type Plan,
  planName,
  priceOf,
} from '#modules/catalog/plan.ts'
import { type FieldIssue, Problem } from '#platform/problem.ts'
import type { IntervalUnit } from '#platform/schema.ts'
import type { ChangeBasis } from './change-basis.ts'
import { lineWords } from './line-words.ts'

/** What is asked for; what is not named stays as it is. `options` names all that are wanted from now on. */
export type ChangeWanted = {
  plan?: string | undefined
  period?: Period | undefined
  options?: { code: string; quantity: number }[] | undefined
}

/** A part of the agreement from now on; minor units for one piece and one period, as priced. */
type PricedPart = {
  kind: 'plan' | 'option'
  code: string | null
  description: string
  quantity: number
  unitMinor: bigint
}

export type PricedChange = {
  plan: Plan
  productId: string
  intervalUnit: IntervalUnit
  intervalCount: number
  newPeriod: boolean
  parts: PricedPart[]
  description: string
}

/**
 * Prices what is wanted from the catalogue. A part that stays as it is, or becomes less, keeps the price agreed for it; all else
 * costs what it costs today. Throws `configuration_invalid` naming each field, `disk_cannot_shrink`, `change_empty`.
 */
export function priceChange(catalog: Catalog, basis: ChangeBasis, wanted: ChangeWanted): PricedChange {
  const { subscription, items } = basis
  const issues: FieldIssue[] = []
  const { product, current } = findCurrent(catalog, subscription.planId)
  const plan = wanted.plan === undefined ? current : product?.plans.find(({ slug }) => slug === wanted.plan)
  if (!product || !plan) throw invalid([{ path: 'plan', message: 'This plan is not offered for this subscription.' }])
  requireDisk(basis, plan)
  const intervalUnit = wanted.period ?? subscription.intervalUnit
  const intervalCount = wanted.period === undefined ? subscription.intervalCount : 1
  const newPeriod = intervalUnit !== subscription.intervalUnit || intervalCount !== subscription.intervalCount
  const period = intervalCount === 1 && (intervalUnit === 'month' || intervalUnit === 'year') ? intervalUnit : undefined
  const kept = items.find(({ kind }) => kind === 'plan')
  const planMinor =
    plan.id === subscription.planId && !newPeriod && kept
      ? kept.unitMinor
      : period && priceOf(plan, subscription.currency, period)?.amountMinor
  if (planMinor === undefined)
    issues.push({
      path: wanted.plan === undefined ? 'period' : 'plan',
      message: `This plan is not for sale in ${subscription.currency} for this period.`,
    })
  const options = priceOptions(product, basis, wanted.options, newPeriod, period, issues)
  if (issues.length > 0 || planMinor === undefined) throw invalid(issues)
  const isSamePlan = plan.id === subscription.planId && !newPeriod
  const { locale } = basis.customer
  const words = planName(product, plan)[locale]
  const parts: PricedPart[] = [
    {
      kind: 'plan',
      code: null,
      description:
        isSamePlan && kept
          ? kept.description
          : lineWords({ what: words, hostname: basis.service?.hostname, period }, locale),
      quantity: 1,
      unitMinor: planMinor,
    },
    ...options,
  ]
  if (isSamePlan && isSame(parts, items)) throw new Problem('invalid', 'change_empty', 'This is what you have already.')
  return {
    plan,
    productId: product.id,
    intervalUnit,
    intervalCount,
    newPeriod,
    parts,
    description: isSamePlan ? subscription.description : words,
  }
}

const invalid = (issues: FieldIssue[]): Problem =>
  new Problem('invalid', 'configuration_invalid', 'Please correct what is marked.', { issues })

/** The product of an agreement's plan. A plan that is sold no longer leaves nothing to compare with. */
export function findCurrent(
  catalog: Catalog,
  planId: string,
): { product: CatalogProduct | undefined; current: Plan | undefined } {
  const product = catalog.products.find(({ plans }) => plans.some(({ id }) => id === planId))
  return { product, current: product?.plans.find(({ id }) => id === planId) }
}

function requireDisk({ service }: ChangeBasis, plan: Plan): void {
  if (!service || plan.diskGb >= service.diskGb) return
  throw new Problem(
    'conflict',
    'disk_cannot_shrink',
    `This server has a disk of ${service.diskGb} GB, and ${plan.name.en} has ${plan.diskGb} GB. A disk cannot become smaller without losing what is on it. Order a server of that size and move to it.`,
  )
}

function priceOptions(
  product: CatalogProduct,
  { items, subscription, customer, ...basis }: ChangeBasis,
  wanted: ChangeWanted['options'],
  newPeriod: boolean,
  period: Period | undefined,
  issues: FieldIssue[],
): PricedPart[] {
  const held = items.filter(({ kind }) => kind === 'option')
  const asked = wanted ?? held.flatMap(({ code, quantity }) => (code === null ? [] : [{ code, quantity }]))
  // A part from before options had codes cannot be named, and stays.
  const nameless = held.filter(({ code }) => code === null)
  const priced = asked
    .filter(({ quantity }) => quantity > 0)
    .flatMap(({ code, quantity }): PricedPart[] => {
      const known = held.find((item) => item.code === code)
      const option = product.options.find((each) => each.code === code)
      const keeps = known && !newPeriod && quantity <= known.quantity
      const today = option && period && optionPriceOf(option, subscription.currency, period)
      const unitMinor = keeps ? known.unitMinor : today
      const path = `options.${code}`
      if (option && quantity > option.maxQuantity)
        issues.push({ path, message: `${option.name[customer.locale]}: at most ${option.maxQuantity}.` })
      else if (unitMinor === undefined) issues.push({ path, message: `${code} cannot be ordered with this plan.` })
      if (unitMinor === undefined) return []
      const description =
        known?.description ??
        lineWords({ what: option!.name[customer.locale], hostname: basis.service?.hostname }, customer.locale)
      return [{ kind: 'option', code, description, quantity, unitMinor }]
    })
  return [
    ...nameless.map(({ description, quantity, unitMinor }): PricedPart => ({
      kind: 'option',
      code: null,
      description,
      quantity,
      unitMinor,
    })),
    ...priced.toSorted((a, b) => orderOf(product, a) - orderOf(product, b)),
  ]
}

const orderOf = (product: CatalogProduct, { code }: PricedPart): number =>
  product.options.findIndex((option) => option.code === code)

function isSame(parts: PricedPart[], items: ChangeBasis['items']): boolean {
  const say = (all: { kind: string; code: string | null; quantity: number }[]): string =>
    JSON.stringify(all.map(({ kind, code, quantity }) => `${kind} ${code ?? ''} ${quantity}`).toSorted())
  return say(parts) === say(items)
}
