import {
  type CatalogDocument,
  type DocumentChoice,
  type DocumentOption,
  type DocumentPlan,
  type DocumentPrice,
  priceKey,
  type PriceInterval,
} from './catalog-document.ts'
import type { LocalizedText } from './localized-text.ts'
import { optionName } from './option.ts'

/** What two documents differ in, one thing each; texts and numbers as they are, for pages to put into words. */
export type Difference = {
  of: 'product' | 'plan' | 'option' | 'choice'
  id: string
  name: LocalizedText
  change:
    | { kind: 'added' }
    | { kind: 'removed' }
    | { kind: 'field'; field: string; before: string; after: string }
    | {
        kind: 'price'
        price: PriceInterval
        before: DocumentPrice | undefined
        after: DocumentPrice | undefined
      }
}

/** How a document differs from the one before, in the order in which pages show it. Without one before, everything is added. */
export function compareDocuments(before: CatalogDocument | undefined, after: CatalogDocument): Difference[] {
  const product = { of: 'product', id: '', name: after.name } as const
  return [
    ...(before ? [] : [{ ...product, change: { kind: 'added' as const } }]),
    ...(before ? fields(product, textOfProduct(before), textOfProduct(after)) : []),
    ...parts('plan', before?.plans ?? [], after.plans, textOfPlan),
    ...parts('option', before?.options ?? [], after.options, textOfOption),
    ...after.options.flatMap((option) => {
      const was = before?.options.find(({ id }) => id === option.id)
      return parts('choice', choicesOf(was), choicesOf(option), textOfChoice)
    }),
  ]
}

/** Choices by the name of their option, as two options may offer the same. */
const choicesOf = (option: DocumentOption | undefined): NamedChoice[] =>
  (option?.choices ?? []).map((choice) => ({ ...choice, own: choice.name, name: optionName(option!, choice.code) }))
type NamedChoice = DocumentChoice & { own: LocalizedText }

type Part = { id: string; name: LocalizedText; prices: DocumentPrice[] }

function parts<P extends Part>(
  of: 'plan' | 'option' | 'choice',
  before: readonly P[],
  after: readonly P[],
  textOf: (part: P) => Record<string, string>,
): Difference[] {
  const changed = after.flatMap((part): Difference[] => {
    const was = before.find(({ id }) => id === part.id)
    const who = { of, id: part.id, name: part.name }
    if (!was) return [{ ...who, change: { kind: 'added' } }, ...prices(who, [], part.prices)]
    return [...fields(who, textOf(was), textOf(part)), ...prices(who, was.prices, part.prices)]
  })
  const gone = before
    .filter(({ id }) => !after.some((part) => part.id === id))
    .map(({ id, name }): Difference => ({ of, id, name, change: { kind: 'removed' } }))
  return [...changed, ...gone]
}

type Who = Omit<Difference, 'change'>

const fields = (who: Who, before: Record<string, string>, after: Record<string, string>): Difference[] =>
  Object.keys(after)
    .filter((field) => before[field] !== after[field])
    .map((field) => ({
      ...who,
      change: { kind: 'field', field, before: before[field] ?? '', after: after[field] ?? '' },
    }))

function prices(who: Who, before: readonly DocumentPrice[], after: readonly DocumentPrice[]): Difference[] {
  const keys = new Set([...before, ...after].map(priceKey))
  return [...keys].flatMap((key): Difference[] => {
    const [was, is] = [before, after].map((all) => all.find((each) => priceKey(each) === key))
    if (isSamePrice(was, is)) return []
    const { currency, intervalUnit, intervalCount } = (is ?? was)!
    return [
      { ...who, change: { kind: 'price', price: { currency, intervalUnit, intervalCount }, before: was, after: is } },
    ]
  })
}

const isSamePrice = (a: DocumentPrice | undefined, b: DocumentPrice | undefined): boolean =>
  a?.amountMinor === b?.amountMinor && a?.setupMinor === b?.setupMinor && a?.trialDays === b?.trialDays

const textOfWords = (name: string, { en, de }: LocalizedText): Record<string, string> => ({
  [`${name}.en`]: en,
  [`${name}.de`]: de,
})

const textOfProduct = (product: CatalogDocument): Record<string, string> => ({
  state: product.state,
  slug: product.slug,
  ...textOfWords('name', product.name),
  ...textOfWords('summary', product.summary),
  position: String(product.position),
  regionIds: product.regionIds.join(' '),
  imageIds: product.imageIds.join(' '),
  disputePolicy: product.disputePolicy,
})

const textOfPlan = (plan: DocumentPlan): Record<string, string> => ({
  state: plan.state,
  successorId: plan.successorId ?? '',
  slug: plan.slug,
  ...textOfWords('name', plan.name),
  ...textOfWords('summary', plan.summary),
  'features.en': plan.features.map(({ en }) => en).join('\n'),
  'features.de': plan.features.map(({ de }) => de).join('\n'),
  popular: plan.popular ? 'yes' : 'no',
  cores: String(plan.cores),
  memoryMb: String(plan.memoryMb),
  diskGb: String(plan.diskGb),
  trafficTb: String(plan.trafficTb),
  maxPerCustomer: plan.maxPerCustomer === null ? '' : String(plan.maxPerCustomer),
  position: String(plan.position),
})

const textOfOption = (option: DocumentOption): Record<string, string> => ({
  active: option.active ? 'yes' : 'no',
  code: option.code,
  kind: option.kind,
  ...textOfWords('name', option.name),
  ...textOfWords('summary', option.summary),
  minQuantity: String(option.minQuantity),
  maxQuantity: String(option.maxQuantity),
  step: String(option.step),
  position: String(option.position),
})

const textOfChoice = (choice: NamedChoice): Record<string, string> => ({
  active: choice.active ? 'yes' : 'no',
  code: choice.code,
  ...textOfWords('name', choice.own),
  position: String(choice.position),
})
