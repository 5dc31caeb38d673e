import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type {
  CatalogDocument,
  DocumentChoice,
  DocumentOption,
  DocumentPlan,
  DocumentPrice,
} from './catalog-document.ts'
import { priceKey } from './catalog-document.ts'

/** Why a document cannot be published. `about` names the plan, option, address or place it is about. */
export type DocumentFault = {
  code:
    | 'slug_taken'
    | 'slug_changed'
    | 'size_changed'
    | 'code_changed'
    | 'code_repeated'
    | 'price_repeated'
    | 'trial_unfit'
    | 'range_unfit'
    | 'choice_empty'
    | 'nothing_for_sale'
    | 'successor_unfit'
    | 'place_unknown'
    | 'foreign_plan'
  about: string
}

/** What is known outside of a document when it is judged. */
export type Surroundings = {
  live: CatalogDocument | undefined
  /** Plans that somebody has or has ordered. */
  usedPlanIds: ReadonlySet<string>
  /** Addresses of other products and their plans, among those the document names. */
  takenSlugs: readonly string[]
  /** Plans, options and choices of the document that belong to other products. */
  foreignIds: ReadonlySet<string>
  placeIds: ReadonlySet<string>
}

export async function readSurroundings(
  db: App['db'],
  productId: string,
  document: CatalogDocument,
  live: CatalogDocument | undefined,
): Promise<Surroundings> {
  const planIds = document.plans.map(({ id }) => id)
  const ids = [...planIds, ...document.options.map(({ id }) => id)]
  const choices = document.options.flatMap((option) => option.choices.map(({ id }) => ({ id, optionId: option.id })))
  const slugs = [document.slug, ...document.plans.map(({ slug }) => slug)]
  const { rows } = await sql<{ used: string[]; taken: string[]; foreign: string[]; places: string[] }>`
    select array(select l.id from plans l where l.id = any(${planIds}::text[]) and (exists (select from subscriptions s where s.plan_id = l.id)
        or exists (select from order_items i where i.plan_id = l.id))) as used,
      array(select slug from plans where slug = any(${slugs}::text[]) and product_id <> ${productId}
        union select slug from products where slug = any(${slugs}::text[]) and id <> ${productId}) as taken,
      array(select id from plans where id = any(${ids}::text[]) and product_id <> ${productId}
        union select id from plan_options where id = any(${ids}::text[]) and product_id <> ${productId}
        union select c.id from option_choices c join jsonb_to_recordset(${JSON.stringify(choices)}::jsonb) as w (id text, "optionId" text)
          on w.id = c.id where w."optionId" <> c.option_id) as foreign,
      array(select id from regions union all select id from images) as places`.execute(db)
  const { used, taken, foreign, places } = rows[0]!
  return {
    live,
    usedPlanIds: new Set(used),
    takenSlugs: taken,
    foreignIds: new Set(foreign),
    placeIds: new Set(places),
  }
}

/** Everything that keeps a document from being published; what was once for sale must keep its meaning. */
export function faultsOf(document: CatalogDocument, around: Surroundings): DocumentFault[] {
  const { live } = around
  const slugs = [document.slug, ...document.plans.map(({ slug }) => slug)]
  const forSale = document.plans.filter((plan) => plan.state === 'published' && plan.prices.length > 0)
  return [
    ...[...new Set([...around.takenSlugs, ...repeated(slugs)])].map((about) => fault('slug_taken', about)),
    ...(live && live.slug !== document.slug ? [fault('slug_changed', document.slug)] : []),
    ...(document.state === 'published' && forSale.length === 0 ? [fault('nothing_for_sale', document.name.en)] : []),
    ...[...document.regionIds, ...document.imageIds]
      .filter((id) => !around.placeIds.has(id))
      .map((id) => fault('place_unknown', id)),
    ...document.plans.flatMap((plan) => planFaults(plan, document, around)),
    ...repeated(document.options.map(({ code }) => code)).map((code) => fault('code_repeated', code)),
    ...document.options.flatMap((option) => optionFaults(option, around)),
  ]
}

const fault = (code: DocumentFault['code'], about: string): DocumentFault => ({ code, about })

const repeated = (all: readonly string[]): string[] => [
  ...new Set(all.filter((each, index) => all.indexOf(each) !== index)),
]

function planFaults(plan: DocumentPlan, document: CatalogDocument, around: Surroundings): DocumentFault[] {
  const was = around.live?.plans.find(({ id }) => id === plan.id)
  const successor = document.plans.find(({ id }) => id === plan.successorId)
  const about = plan.name.en
  return [
    ...(around.foreignIds.has(plan.id) ? [fault('foreign_plan', about)] : []),
    ...(was && was.slug !== plan.slug ? [fault('slug_changed', plan.slug)] : []),
    ...(was && around.usedPlanIds.has(plan.id) && !isSameSize(was, plan) ? [fault('size_changed', about)] : []),
    ...(plan.successorId !== null && (!successor || successor.id === plan.id || successor.state === 'retired')
      ? [fault('successor_unfit', about)]
      : []),
    ...(repeated(plan.prices.map(priceKey)).length > 0 ? [fault('price_repeated', about)] : []),
    ...(plan.prices.some(isUnfitTrial) ? [fault('trial_unfit', about)] : []),
  ]
}

/** A trial asks for nothing, and ends in something that is paid for again and again. */
const isUnfitTrial = ({ trialDays, setupMinor, amountMinor, intervalUnit }: DocumentPrice): boolean =>
  trialDays !== null && (setupMinor !== '0' || amountMinor === '0' || intervalUnit === 'once')

/** What makes a plan that plan to those who have it. */
const isSameSize = (a: DocumentPlan, b: DocumentPlan): boolean =>
  a.cores === b.cores && a.memoryMb === b.memoryMb && a.diskGb === b.diskGb && a.trafficTb === b.trafficTb

function optionFaults(option: DocumentOption, { live, foreignIds }: Surroundings): DocumentFault[] {
  const was = live?.options.find(({ id }) => id === option.id)
  const about = option.name.en
  const { minQuantity, maxQuantity, step } = option
  const isRange = maxQuantity >= minQuantity && (maxQuantity - minQuantity) % step === 0
  const isOne = maxQuantity === 1 && step === 1
  return [
    ...(foreignIds.has(option.id) ? [fault('foreign_plan', about)] : []),
    ...(was && (was.code !== option.code || was.kind !== option.kind) ? [fault('code_changed', about)] : []),
    ...(isRange && (option.kind !== 'choice' || isOne) ? [] : [fault('range_unfit', about)]),
    ...(repeated(option.prices.map(priceKey)).length > 0 ? [fault('price_repeated', about)] : []),
    ...(isShortOfChoices(option) ? [fault('choice_empty', about)] : []),
    ...repeated(option.choices.map(({ code }) => code)).map((code) => fault('code_repeated', code)),
    ...option.choices.flatMap((choice) => choiceFaults(choice, was, foreignIds)),
  ]
}

/** Only what lets choose has choices, and what is offered of it lets choose one. */
const isShortOfChoices = ({ kind, active, choices }: DocumentOption): boolean =>
  kind === 'choice'
    ? active && !choices.some((choice) => choice.active && choice.prices.length > 0)
    : choices.length > 0

function choiceFaults(
  choice: DocumentChoice,
  option: DocumentOption | undefined,
  foreignIds: ReadonlySet<string>,
): DocumentFault[] {
  const was = option?.choices.find(({ id }) => id === choice.id)
  const about = choice.name.en
  return [
    ...(foreignIds.has(choice.id) ? [fault('foreign_plan', about)] : []),
    ...(was && was.code !== choice.code ? [fault('code_changed', about)] : []),
    ...(repeated(choice.prices.map(priceKey)).length > 0 ? [fault('price_repeated', about)] : []),
  ]
}

/**
 * A document with all that was ever for sale: plans that are gone from it are retired, options and choices switched off, as people
 * may have them.
 */
export function withAllThatWas(document: CatalogDocument, live: CatalogDocument | undefined): CatalogDocument {
  const has = (all: readonly { id: string }[], id: string): boolean => all.some((each) => each.id === id)
  const plans = (live?.plans ?? []).filter(({ id }) => !has(document.plans, id))
  const options = (live?.options ?? []).filter(({ id }) => !has(document.options, id))
  return {
    ...document,
    plans: [
      ...document.plans,
      ...plans.map((plan): DocumentPlan => ({ ...plan, state: 'retired', successorId: null })),
    ],
    options: [
      ...document.options.map((option) => withItsChoices(option, live)),
      ...options.map((option) => ({ ...option, active: false })),
    ],
  }
}

function withItsChoices(option: DocumentOption, live: CatalogDocument | undefined): DocumentOption {
  const was = live?.options.find(({ id }) => id === option.id)
  const gone = (was?.choices ?? []).filter(({ id }) => !option.choices.some((choice) => choice.id === id))
  return { ...option, choices: [...option.choices, ...gone.map((choice) => ({ ...choice, active: false }))] }
}
