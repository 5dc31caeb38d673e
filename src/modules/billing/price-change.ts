import { faultOf, optionName } from '#modules/catalog/option.ts'
import { intervalOf, type Period, periodOf } from '#modules/catalog/interval.ts'
import {
  leftIn,
  optionPriceOf,
  type Catalog,
  type CatalogProduct,
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
  options?: { code: string; quantity: number; choice?: string | null | undefined }[] | undefined
}

/** A part of the agreement from now on; minor units for one piece and one period, as priced. */
type PricedPart = {
  kind: 'plan' | 'option'
  code: string | null
  choice: string | null
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
  const { product, current } = findCurrent(catalog, basis)
  const plan = wanted.plan === undefined ? current : product?.plans.find(({ slug }) => slug === wanted.plan)
  if (!product || !plan) throw invalid([{ path: 'plan', message: notOffered(product, wanted) }])
  requireDisk(basis, plan)
  const period = wanted.period ?? periodOf(subscription)
  const newPeriod = period !== periodOf(subscription)
  const kept = items.find(({ kind }) => kind === 'plan')
  // What renews does not become something paid once.
  const planMinor =
    plan.id === subscription.planId && !newPeriod && kept
      ? kept.unitMinor
      : period === 'once'
        ? undefined
        : priceOf(plan, subscription.currency, period)?.amountMinor
  if (planMinor === undefined)
    issues.push({
      path: wanted.plan === undefined ? 'period' : 'plan',
      message: `This plan is not for sale in ${subscription.currency} for this period.`,
    })
  if (plan.id !== subscription.planId) issues.push(...findShortage(plan, basis))
  const options = priceOptions(product, basis, wanted.options, newPeriod, period, issues)
  if (issues.length > 0 || planMinor === undefined) throw invalid(issues)
  const isSamePlan = plan.id === subscription.planId && !newPeriod
  const { locale } = basis.customer
  const words = planName(product, plan)[locale]
  const parts: PricedPart[] = [
    {
      kind: 'plan',
      code: null,
      choice: null,
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
    ...intervalOf(period),
    newPeriod,
    parts,
    description: isSamePlan ? subscription.description : words,
  }
}

const invalid = (issues: FieldIssue[]): Problem =>
  new Problem('invalid', 'configuration_invalid', 'Please correct what is marked.', { issues })

const notOffered = (product: CatalogProduct | undefined, { plan }: ChangeWanted): string =>
  product && plan === undefined
    ? 'Your plan is sold no longer. Choose another one.'
    : 'This plan is not offered for this subscription.'

/** Why there is no place in a plan for this agreement: where its server stands, or for its customer. */
function findShortage(plan: Plan, { service, held }: ChangeBasis): FieldIssue[] {
  const most = plan.maxPerCustomer
  if (leftIn(plan, service?.regionId ?? '') === 0)
    return [{ path: 'plan', message: `${plan.name.en} is sold out where your server stands. Choose another plan.` }]
  if (most !== null && (held.get(plan.id) ?? 0) >= most)
    return [{ path: 'plan', message: `You can have ${plan.name.en} at most ${most} times.` }]
  return []
}

/** The product of an agreement's plan, and the plan itself unless it is sold no longer. */
export function findCurrent(
  catalog: Catalog,
  { of, subscription: { planId } }: Pick<ChangeBasis, 'of' | 'subscription'>,
): { product: CatalogProduct | undefined; current: Plan | undefined } {
  const product = catalog.products.find(({ id }) => id === of.productId)
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
  period: Period,
  issues: FieldIssue[],
): PricedPart[] {
  const held = items.filter(({ kind }) => kind === 'option')
  const asked =
    wanted ?? held.flatMap(({ code, quantity, choice }) => (code === null ? [] : [{ code, quantity, choice }]))
  // A part from before options had codes cannot be named, and stays.
  const nameless = held.filter(({ code }) => code === null)
  const priced = asked
    .filter(({ quantity }) => quantity > 0)
    .flatMap(({ code, quantity, choice = null }): PricedPart[] => {
      const known = held.find((item) => item.code === code && item.choice === choice)
      const option = product.options.find((each) => each.code === code)
      const keeps = known && !newPeriod && quantity <= known.quantity
      const today = option && optionPriceOf(option, subscription.currency, period, choice)?.amountMinor
      const unitMinor = keeps ? known.unitMinor : today
      const path = `options.${code}`
      // What was agreed stays possible, whatever is offered by now.
      const fault = option && !isHeld(known, quantity) && faultOf(option, { quantity, choice }, customer.locale)
      if (fault) issues.push({ path, message: fault })
      else if (unitMinor === undefined) issues.push({ path, message: `${code} cannot be ordered with this plan.` })
      if (unitMinor === undefined) return []
      const description =
        known?.description ??
        lineWords(
          { what: optionName(option!, choice)[customer.locale], hostname: basis.service?.hostname },
          customer.locale,
        )
      return [{ kind: 'option', code, choice, description, quantity, unitMinor }]
    })
  for (const option of product.options) {
    const left = held.some(({ code }) => code === option.code) && !priced.some(({ code }) => code === option.code)
    const fault = left && faultOf(option, undefined, customer.locale)
    if (fault) issues.push({ path: `options.${option.code}`, message: fault })
  }
  return [
    ...nameless.map(({ description, quantity, unitMinor }): PricedPart => ({
      kind: 'option',
      code: null,
      choice: null,
      description,
      quantity,
      unitMinor,
    })),
    ...priced.toSorted((a, b) => orderOf(product, a) - orderOf(product, b)),
  ]
}

const isHeld = (known: { quantity: number } | undefined, quantity: number): boolean => known?.quantity === quantity

const orderOf = (product: CatalogProduct, { code }: PricedPart): number =>
  product.options.findIndex((option) => option.code === code)

function isSame(parts: PricedPart[], items: ChangeBasis['items']): boolean {
  const say = (
    all: Pick<PricedPart | ChangeBasis['items'][number], 'kind' | 'code' | 'choice' | 'quantity'>[],
  ): string =>
    JSON.stringify(
      all
        .map(({ kind, code, choice, quantity }) => [kind, code, choice, quantity].map((part) => part ?? '').join(' '))
        .toSorted(),
    )
  return say(parts) === say(items)
}
