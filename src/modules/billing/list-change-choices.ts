import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { agreedCatalogAt, offerVersion } from '#modules/catalog/catalog-queries.ts'
import type { LocalizedText } from '#modules/catalog/localized-text.ts'
import { comparePeriods, type Period, periodOf } from '#modules/catalog/interval.ts'
import { type OptionChoice, optionPriceOf, type PlanOption, priceOf } from '#modules/catalog/plan.ts'
import type { Actor } from '#platform/actor.ts'
import type { Problem } from '#platform/problem.ts'
import { type ChangeBasis, readChangeBasis } from './change-basis.ts'
import { findCurrent } from './price-change.ts'
import { findObstacle, ownerWhoChanges } from './require-changeable.ts'

/** What an agreement can be changed to. Minor units of its currency for one piece and one period, as priced. */
export type ChangeChoices = {
  basis: ChangeBasis
  /** Why nothing can be changed now. */
  obstacle: Problem | undefined
  plans: {
    slug: string
    name: LocalizedText
    cores: number
    memoryMb: number
    diskGb: number
    trafficTb: number
    current: boolean
    /** The one to take instead of the present plan, which is sold no longer. */
    successor: boolean
    /** Its disk is smaller than the server's. */
    tooSmall: boolean
    prices: Partial<Record<Period, bigint>>
  }[]
  options: {
    code: string
    kind: PlanOption['kind']
    name: LocalizedText
    summary: LocalizedText
    minQuantity: number
    maxQuantity: number
    step: number
    held: number
    /** What is chosen of it now, where there is something to choose from. */
    heldChoice: string | null
    choices: (Pick<OptionChoice, 'code' | 'name'> & { prices: Partial<Record<Period, bigint>> })[]
    prices: Partial<Record<Period, bigint>>
  }[]
  periods: Period[]
}

/** Throws `subscription_not_found`, `permission_denied`. Of a plan that is sold no longer others of its product are offered; what is held stays among the options. */
export async function listChangeChoices(app: App, actor: Actor, subscriptionId: string): Promise<ChangeChoices> {
  const owner = ownerWhoChanges(actor)
  const basis = await readChangeBasis(app.db, { subscriptionId, owner, now: app.clock.now() })
  const { rows } = await sql<{ version: bigint }>`select ${offerVersion} as version`.execute(app.db)
  const catalog = await agreedCatalogAt(app, app.db, rows[0]!.version)
  const { product } = findCurrent(catalog, basis)
  const { currency, planId } = basis.subscription
  const offered = new Set(
    (product?.plans ?? []).flatMap(({ prices }) =>
      prices.filter((price) => price.currency === currency).map(({ period }) => period),
    ),
  )
  const periods = [...offered.add(periodOf(basis.subscription))]
    .filter((period) => period !== 'once')
    .toSorted(comparePeriods)
  const pricesBy = (price: (period: Period) => bigint | undefined): Partial<Record<Period, bigint>> =>
    Object.fromEntries(periods.flatMap((period) => (price(period) === undefined ? [] : [[period, price(period)!]])))
  const plans = (product?.plans ?? []).map((plan) => ({
    slug: plan.slug,
    name: plan.name,
    cores: plan.cores,
    memoryMb: plan.memoryMb,
    diskGb: plan.diskGb,
    trafficTb: plan.trafficTb,
    current: plan.id === planId,
    successor: plan.id === basis.of.successorId,
    tooSmall: basis.service !== undefined && plan.diskGb < basis.service.diskGb,
    prices: pricesBy((period) => priceOf(plan, currency, period)?.amountMinor),
  }))
  const options = (product?.options ?? []).map((option) => ({
    code: option.code,
    kind: option.kind,
    name: option.name,
    summary: option.summary,
    minQuantity: option.minQuantity,
    maxQuantity: option.maxQuantity,
    step: option.step,
    held: basis.items.find((item) => item.code === option.code)?.quantity ?? 0,
    heldChoice: basis.items.find((item) => item.code === option.code)?.choice ?? null,
    prices: pricesBy((period) => optionPriceOf(option, currency, period)?.amountMinor),
    choices: [
      ...option.choices.map(({ code, name }) => ({
        code,
        name,
        prices: pricesBy((period) => optionPriceOf(option, currency, period, code)?.amountMinor),
      })),
      ...retiredChoices(basis, option),
    ],
  }))
  return {
    basis,
    obstacle: findObstacle(basis),
    plans: plans.filter(({ current, prices }) => current || Object.keys(prices).length > 0),
    options: [
      ...options.filter(
        ({ held, prices, choices }) =>
          held > 0 || [prices, ...choices.map((choice) => choice.prices)].some((each) => Object.keys(each).length > 0),
      ),
      ...retiredOptions(basis, options),
    ],
    periods: periods.filter((period) => plans.some(({ prices }) => prices[period] !== undefined)),
  }
}

type Offered = ChangeChoices['options'][number]
type HeldItem = ChangeBasis['items'][number]

/** Who has what is sold no longer may keep it, at the price agreed for the present interval. */
const agreedPrice = ({ subscription }: ChangeBasis, { unitMinor }: HeldItem): Offered['prices'] => ({
  [periodOf(subscription)]: unitMinor,
})
const sameWords = ({ description }: HeldItem): LocalizedText => ({ en: description, de: description })

const heldChoice = (basis: ChangeBasis, item: HeldItem): Offered['choices'] =>
  item.choice === null ? [] : [{ code: item.choice, name: sameWords(item), prices: agreedPrice(basis, item) }]

const retiredChoices = (basis: ChangeBasis, { code, choices }: PlanOption): Offered['choices'] =>
  basis.items
    .filter((item) => item.code === code && !choices.some((choice) => choice.code === item.choice))
    .flatMap((item) => heldChoice(basis, item))

const retiredOptions = (basis: ChangeBasis, offered: readonly Pick<Offered, 'code'>[]): Offered[] =>
  basis.items.flatMap((item): Offered[] => {
    const { code, quantity, choice } = item
    if (item.kind !== 'option' || code === null || offered.some((option) => option.code === code)) return []
    return [
      {
        code,
        kind: choice !== null ? 'choice' : quantity === 1 ? 'switch' : 'quantity',
        name: sameWords(item),
        summary: { en: 'Sold no longer; you may keep it.', de: 'Wird nicht mehr verkauft; Sie können es behalten.' },
        minQuantity: 0,
        maxQuantity: quantity,
        step: 1,
        held: quantity,
        heldChoice: choice,
        choices: heldChoice(basis, item),
        prices: agreedPrice(basis, item),
      },
    ]
  })
